"""Bodies that are read in pieces: whole, or not at all."""

from aiohttp import web


async def whole(request: web.Request, longest: int) -> bytes:
    """Raises HTTPRequestEntityTooLarge beyond `longest` bytes."""
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > longest:
            raise web.HTTPRequestEntityTooLarge(max_size=longest, actual_size=len(body))
    return bytes(body)
