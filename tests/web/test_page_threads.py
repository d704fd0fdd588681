"""Many threads make pages at once, as the hub's do."""

import io
from concurrent.futures import ThreadPoolExecutor

from hongxian.wire.page import encode, read_stream, stream


def test_threads_do_not_disturb_each_others_frames() -> None:
    data = [{"page": number, "values": list(range(number, number + 20_000))} for number in range(8)]

    def round_trip(each: dict) -> bool:
        frames = stream({}, [encode(each)])
        return list(read_stream(io.BytesIO(b"".join(frames))))[1] == each

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(round_trip, data * 40))
