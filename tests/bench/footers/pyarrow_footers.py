#!/usr/bin/env python3
"""Writes Parquet files by pyarrow, and keeps their footers: `pyarrow_footers.py FOLDER`.

`NAME.footer` is a footer's bytes, and `NAME.txt` what pyarrow reads in them, a line for each thing.
"""

import struct
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

PACKED = {"INT32": "<i", "INT64": "<q", "DOUBLE": "<d"}


def flat(columns):
    types = [pa.int64(), pa.float64(), pa.string(), pa.date32()]
    return {f"column_{n:03}": types[n % 4] for n in range(columns)}


def nested(groups):
    """Columns within lists within groups, of long names."""
    element = pa.struct([("description_in_many_words", pa.string()), ("value", pa.float64())])
    group = pa.struct(
        [
            ("time_of_measurement", pa.timestamp("us", "UTC")),
            ("measurements_of_one_day", pa.list_(element)),
        ]
    )
    return {f"a_group_of_many_measurements_{n:03}": group for n in range(groups)}


def value(ty, seed):
    if pa.types.is_struct(ty):
        return {field.name: value(field.type, seed) for field in ty}
    if pa.types.is_list(ty):
        return [value(ty.value_type, seed)]
    if pa.types.is_string(ty):
        return f"text {seed:09} " + "x" * 40
    if pa.types.is_floating(ty):
        return seed / 3.0
    return seed


def write(path, columns, groups):
    schema = pa.schema(list(columns.items()), metadata={"a key": "its value, a text"})
    with pq.ParquetWriter(path, schema) as writer:
        for group in range(groups):
            seeds = [group * 1000 + n for n in range(3)]
            arrays = [pa.array([value(ty, seed) for seed in seeds], ty) for ty in columns.values()]
            writer.write_table(pa.table(arrays, schema=schema))


def shown(number):
    return "-" if number is None else number


def limits(column):
    """The number of nulls, and the bytes of the least and the greatest value."""
    of = column.statistics
    if of is None:
        return "- - -"
    pack = PACKED.get(column.physical_type)
    least, greatest = (
        (struct.pack(pack, raw) if pack else raw).hex() if of.has_min_max else "-"
        for raw in (of.min_raw, of.max_raw)
    )
    return f"{shown(of.null_count)} {least} {greatest}"


def told(metadata):
    yield f"{metadata.num_rows} rows by {metadata.created_by}"
    for key, text in sorted((metadata.metadata or {}).items()):
        yield f"{key.decode()}: {text.decode()}"
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        yield f"{group.num_rows} rows in {group.total_byte_size} bytes"
        for column in map(group.column, range(group.num_columns)):
            sizes = (column.num_values, column.total_uncompressed_size, column.total_compressed_size)
            yield (
                f"{column.path_in_schema} {column.physical_type} {column.compression} "
                f"{'+'.join(column.encodings)} {' '.join(map(str, sizes))} "
                f"{column.data_page_offset} {shown(column.dictionary_page_offset)} {limits(column)}"
            )


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    shapes = {
        "14x20": (flat(14), 20),
        "100x10": (flat(100), 10),
        "1000x10": (flat(1000), 10),
        "nested": (nested(30), 10),
    }
    for name, (columns, groups) in shapes.items():
        path = folder / f"{name}.parquet"
        write(path, columns, groups)
        file = path.read_bytes()
        length = int.from_bytes(file[-8:-4], "little")
        (folder / f"{name}.footer").write_bytes(file[-8 - length : -8])
        (folder / f"{name}.txt").write_text("".join(f"{line}\n" for line in told(pq.read_metadata(path))))
        path.unlink()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
