"""What callers may send: one pydantic model for each request, the same for validation and for `/openapi.json`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from service.problems import Fault, RefusalError
from service.texts import check, html_text

if TYPE_CHECKING:
    from pydantic.config import JsonDict

Ident = str | int
Sentences = Annotated[int, Field(ge=1, description="how many key sentences; fewer come where there are no more")]
MaxChars = Annotated[int, Field(ge=1, description="the summary's longest length in characters")]


@dataclass(frozen=True, slots=True)
class Submission:
    """An article as sent, ready to digest; `converted` when `body` is not the very text that was sent."""

    ident: str | int | None
    headline: str
    body: str
    converted: bool = False


class _Request(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ArticleRequest(_Request):
    """One article: `body` (also `text`) or `body_html`, and its headline (also `title`)."""

    id: Ident | None = Field(None, description="echoed in the answer")
    headline: str | None = Field(None, description="also `title`")
    title: str | None = Field(None, description="the same as `headline`")
    body: str | None = Field(None, description="also `text`")
    text: str | None = Field(None, description="the same as `body`")
    body_html: str | None = Field(None, description="instead of `body`; the answer then has the text as `body`")
    sentences: Sentences | None = None
    max_chars: MaxChars | None = None

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        bodies = [name for name in ("body", "text", "body_html") if getattr(self, name) is not None]
        if not bodies:
            raise PydanticCustomError("body_missing", "缺少正文：body（或 text）与 body_html 要有一个")
        if len(bodies) > 1:
            raise PydanticCustomError(f"twice_{bodies[-1]}", f"{' 与 '.join(bodies)} 只能有一个")
        if self.headline is not None and self.title is not None:
            raise PydanticCustomError("twice_title", "headline 与 title 只能有一个")
        return self

    def submission(self, at: str = "#") -> Submission:
        """Return the article to digest; `at` points to this request.

        Raises:
            RefusalError: the text is empty, binary or not Chinese.

        """
        headline = self.headline or self.title or ""
        for name, body in (("body", self.body), ("text", self.text)):
            if body is not None:
                check(body, f"{at}/{name}", headline=headline)
                return Submission(self.id, headline, body)
        body = html_text(self.body_html or "")
        check(body, f"{at}/body_html", headline=headline)
        return Submission(self.id, headline, body, converted=True)


class PageRequest(_Request):
    """One newspaper page as text."""

    text: str
    id: Ident | None = Field(None, description="goes before the number of each article")
    sentences: Sentences | None = None
    max_chars: MaxChars | None = None

    def checked(self, limit: int) -> str:
        """Return the page's text of at most `limit` lines.

        Raises:
            RefusalError: the text is empty, binary, not Chinese or too long.

        """
        check(self.text, "#/text")
        if (lines := len(self.text.splitlines())) > limit:
            detail = f"一个版面最多 {limit:,} 行，这里有 {lines:,} 行"
            raise RefusalError("invalid", detail, [Fault("#/text", detail)])
        return self.text


# An item of another form is no fault of the whole request: it gets a problem in its place.
_ITEMS: JsonDict = {"anyOf": [{"$ref": "#/components/schemas/ArticleRequest"}, {"description": "is refused by itself"}]}


class BatchRequest(_Request):
    """Many articles at once. Each is judged by itself: a bad one does not spoil the others."""

    articles: list[Any] = Field(min_length=1, json_schema_extra={"items": _ITEMS})
    sentences: Sentences | None = Field(None, description="for articles that do not say")
    max_chars: MaxChars | None = Field(None, description="for articles that do not say")


def within(request: BatchRequest, limit: int) -> BatchRequest:
    """Return the request, or refuse it for its number of articles.

    Raises:
        RefusalError: more than `limit` articles.

    """
    if len(request.articles) > limit:
        detail = f"一次最多 {limit} 篇，这里有 {len(request.articles)} 篇"
        raise RefusalError("invalid", detail, [Fault("#/articles", detail)])
    return request
