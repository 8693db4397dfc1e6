"""Everything that learns or measures: `zhaibian-train`. Never imported by `model` or `service`."""
