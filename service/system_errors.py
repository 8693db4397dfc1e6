"""What the operating system refuses, said in Chinese."""

from __future__ import annotations

import errno

_SAID = {
    errno.ENOENT: "找不到文件",
    errno.EACCES: "没有权限读写",
    errno.EPERM: "没有权限读写",
    errno.EISDIR: "这是一个文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EROFS: "这个磁盘只能读，不能写",
    errno.ENOSPC: "磁盘满了，腾出空间后再运行同一条命令",
    errno.EDQUOT: "磁盘配额用完了，腾出空间后再运行同一条命令",
    errno.EFBIG: "文件超过了系统允许的大小，换一个地方再运行",
    errno.EMFILE: "打开的文件太多，请调大 ulimit -n",
}


def told(error: OSError) -> str:
    """Return the reason and the file, in one line."""
    name = f"：{error.filename}" if error.filename else ""
    return f"{_SAID.get(error.errno or 0, error.strerror or str(error) or '读写出错')}{name}"
