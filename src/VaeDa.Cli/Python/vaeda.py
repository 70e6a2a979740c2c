"""VaeDa from Python: models, analyses and reanalyses, and the program itself on a pandas DataFrame.

A model needs numpy and torch alone. Files of fields need xarray with netCDF4 or scipy; a reanalysis of several files dask.

    import vaeda
    model = vaeda.Model("speedy-ta")
    z = model.encode(vaeda.open_archive("data/sample").ta[:10])       # (10, k)
    fields = model.decode(z, time="2000-01-15")                       # (10, V, H, W), anomalies in their units
    random = model.sample(5, time="2000-07-01", seed=1)               # (5, V, H, W)
    analysis = vaeda.assimilate(frame, model="speedy-ta", members=50) # an xarray.Dataset
"""

import json
import math
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

import numpy as np

_HERE = Path(__file__).resolve().parent
_FORMAT = 4  # of model files
_EARTH = 6371.0  # radius, km
_WAVES = 768  # of a random field


def read_safetensors(path):
    """The tensors of a .safetensors file by name, as numpy arrays of its own types mapped from it, and its metadata."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    metadata = header.pop("__metadata__", {})
    kinds = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1", "BOOL": "?"}
    data = np.memmap(path, np.uint8, "r", offset=8 + length)
    tensors = {}
    for name, entry in header.items():
        first, end = entry["data_offsets"]
        tensors[name] = data[first:end].view(kinds[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


class Model:
    """A model of VaeDa's: its network, and what was measured of it.

    Fields are anomalies, (B, V, H, W) in the units of the variables, rows from the north; latents z are (B, k), the network's own.

    path: a model or a converter, .safetensors, or the name of a bundled model.
    device: torch's.
    """

    def __init__(self, path, device="cpu"):
        import torch

        self._torch = torch
        path = _bundled(path)
        tensors, metadata = read_safetensors(path)
        if "vaeda" not in metadata:
            raise ValueError(f"{path}: a safetensors file, but not a model of VaeDa's")
        self.card = json.loads(metadata["vaeda"])
        if self.card["format"] != _FORMAT:
            raise ValueError(f"{path}: model format {self.card['format']}; this vaeda.py reads format {_FORMAT}")
        self.device = device
        self._t = {name: torch.from_numpy(np.array(values, np.float32)).to(device) for name, values in tensors.items()}
        self._spec = self.card["spec"]
        self._source = self.card["conversion"] or self.card  # what the encoder reads
        self.variables = [variable["name"] for variable in self.card["variables"]]
        self.units = [variable["units"] for variable in self.card["variables"]]
        self.shape = (len(self.variables), *_size(self.card["grid"]))  # V, H, W

    def encode(self, fields):
        """The mean of the latents of fields.

        fields: (B, V, H, W), or of one variable (B, H, W); numpy, torch on the CPU, or xarray. Missing values are right only where the model
        never had any: what fills other gaps is in the program, not here.
        Returns (B, k), a torch tensor.
        """
        torch = self._torch
        height, width = _size(self._source["grid"])
        count = len(self._source["variables"])
        fields = torch.from_numpy(np.array(fields, np.float32)).to(self.device)
        if fields.numel() == 0 or fields[0].numel() != count * height * width:
            raise ValueError(f"fields are {tuple(fields.shape)}; this model reads (B, {count}, {height}, {width})")
        fields = fields.reshape(-1, count, height, width)
        missing = torch.isnan(fields)
        if self.card["conversion"] is None:
            missing = missing & torch.isfinite(self._t["generator_error"])
        if missing.any():
            raise ValueError(f"{int(missing.sum())} values are missing where the model has some; fill them first")
        scale, offset = self._normalisation(self._source)
        x = torch.where(torch.isnan(fields), offset, fields * (1 / scale) + offset)
        with torch.no_grad():
            return self._encoder(x)

    def decode(self, z, time=None):
        """Anomalies of latents, as the program has them.

        z: (B, k). time: of the year (text, datetime or numpy.datetime64), whose regression coefficient they are multiplied by;
        None leaves it out.
        Returns (B, V, H, W), a torch tensor in the units of the variables.
        """
        torch = self._torch
        z = torch.from_numpy(np.array(z, np.float32)).to(self.device)
        scale, offset = self._normalisation(self.card)
        with torch.no_grad():
            fields = (self._generator(z) - offset) * scale
            beta = self._t["generator_regression"]
            if time is not None and len(beta):
                fields = fields * (_design(time, 1) @ beta.double().cpu().numpy()).clip(0).reshape(self.shape).astype(np.float32)
            return fields

    def latent_factor(self, time=None):
        """L of z = mean + L u with u ~ N(0, I) at a time of the year, (k, k), numpy; None: of the whole year."""
        variance = self._numpy("latent_variance")
        monthly = self._numpy("latent_season")
        if time is None or len(monthly) == 0:
            return np.diag(np.sqrt(variance))
        position = _phase(time) * 12 - 0.5 + 12
        before = math.floor(position)
        share = position - before
        covariance = (1 - share) * monthly[before % 12] + share * monthly[(before + 1) % 12]
        deviation = np.sqrt(variance)
        values, vectors = np.linalg.eigh(covariance / np.outer(deviation, deviation))
        return deviation[:, None] * (vectors * np.sqrt(values)) @ vectors.T

    def sample(self, count, time=None, residual=True, seed=None):
        """Random fields, as the model takes them to be before any observation.

        time: of the year; None draws a time for each field. residual: whether what the network does not resolve is drawn too.
        Returns (count, V, H, W), a torch tensor, NaN where the model has no value.
        """
        torch = self._torch
        random = np.random.default_rng(seed)
        fields = []
        for _ in range(count):
            day = time if time is not None else np.datetime64("2001-01-01T00") + np.timedelta64(int(8760 * random.random()), "h")
            z = self._numpy("latent_mean") + self.latent_factor(day) @ random.standard_normal(len(self._t["latent_mean"]))
            field = self.decode(z[None].astype(np.float32), day)[0].cpu().numpy()
            fields.append(field + (self._residual(random, day) if residual else 0))
        fields = np.where(np.isfinite(self._numpy("generator_error").reshape(self.shape)), np.stack(fields), np.nan)
        return torch.from_numpy(fields.astype(np.float32)).to(self.device)

    def _residual(self, random, time):
        """A draw of patterns and remainder, (V, H, W)."""
        error = self._numpy("generator_error").ravel()
        patterns = self._numpy("residual_patterns")
        remainder = np.sqrt(np.maximum(error**2 - (patterns**2).sum(0), 0))
        field = random.standard_normal(len(patterns)) @ patterns + remainder * np.concatenate([self._correlated(random) for _ in self.variables])
        season = self._numpy("error_season")
        if len(season):
            days = [np.datetime64("2001-01-01T12") + np.timedelta64(24 * day + 48, "h") for day in range(0, 365, 5)]
            over_year = np.mean([np.exp(_design(day) @ season) for day in days], axis=0)
            field *= np.sqrt(np.exp(_design(time) @ season) / over_year)
        return field.reshape(self.shape)

    def _correlated(self, random):
        """A field of variance 1 with the correlation of the card, as a sum of plane waves through the Earth, (H·W)."""
        correlation = self.card["residualCorrelation"]
        degrees = {"half": 1, "threeHalves": 3, "fiveHalves": 5}[correlation["smoothness"]]
        waves = random.standard_normal((_WAVES, 3)) * np.sqrt(degrees / random.chisquare(degrees, (_WAVES, 1))) / correlation["length"]
        phases = waves @ _positions(self.card["grid"])
        amplitudes = random.standard_normal((2, _WAVES)) * math.sqrt((1 - correlation["nugget"]) / _WAVES)
        field = amplitudes[0] @ np.cos(phases) + amplitudes[1] @ np.sin(phases)
        return field + math.sqrt(correlation["nugget"]) * random.standard_normal(field.shape)

    def _encoder(self, x):
        spec, flat = self._spec, x.flatten(1)
        periodic = _is_periodic(self._source["grid"])
        for level, stride in enumerate(spec["strides"]):
            x = self._activated(self._convolution(f"encoder.down.{level}", x, periodic, (stride["rows"], stride["columns"])))
            for block in range(level * spec["residualBlocks"], (level + 1) * spec["residualBlocks"]):
                x = self._block(f"encoder.blocks.{block}", x, periodic)
        mean = self._linear("encoder.dense", x.flatten(1)).chunk(2, 1)[0]
        return self._linear("encoder.linear", flat) + self._t["encoder.mean_scale"] * mean if "encoder.linear.weight" in self._t else mean

    def _generator(self, z):
        torch, spec = self._torch, self._spec
        periodic = _is_periodic(self.card["grid"])
        sizes = [self.shape[1:]]
        for stride in spec["strides"]:
            sizes.append((-(-sizes[-1][0] // stride["rows"]), -(-sizes[-1][1] // stride["columns"])))
        x = self._activated(self._linear("generator.dense", z), spec["bottleneckActivation"]).reshape(len(z), spec["filters"][-1], *sizes[-1])
        straight = self._linear("generator.linear", z).reshape(len(z), *self.shape) if spec["linearPath"] else None
        levels = len(spec["strides"])
        for step in range(levels):
            level = levels - 1 - step
            for block in range(step * spec["residualBlocks"], (step + 1) * spec["residualBlocks"]):
                x = self._block(f"generator.blocks.{block}", x, periodic)
            name, stride = f"generator.up.{step}", (spec["strides"][level]["rows"], spec["strides"][level]["columns"])
            if spec["upsampling"] == "transposed":
                x = self._transposed(name, x, stride, sizes[level])
            else:
                x = self._convolution(name, torch.nn.functional.interpolate(x, size=sizes[level]), periodic)
            if level > 0 or spec["headFilters"]:
                x = self._activated(x)
        if spec["headFilters"]:
            seen = x if straight is None else torch.cat([x, straight], 1)
            x = self._convolution("generator.head", self._activated(self._convolution("generator.mix", seen, periodic)), periodic)
        return x if straight is None else x + straight

    def _block(self, name, x, periodic):
        hidden = self._activated(self._convolution(f"{name}.first", x, periodic))
        return x + self._convolution(f"{name}.second", hidden, periodic)

    def _convolution(self, name, x, periodic, stride=(1, 1)):
        """3×3, onto ⌈H / stride⌉ × ⌈W / stride⌉; beyond an edge zeros, or the other side of the globe, or the edge's own value."""
        pad = self._torch.nn.functional.pad
        (top, bottom), (left, right) = (_padding(size, step) for size, step in zip(x.shape[2:], stride))
        if self._spec["edges"] == "zero":
            x = pad(x, (left, right, top, bottom))
        else:
            x = pad(x, (left, right, 0, 0), mode="circular" if periodic else "replicate") if left + right else x
            x = pad(x, (0, 0, top, bottom), mode="replicate")
        return self._torch.nn.functional.conv2d(x, self._t[f"{name}.conv.weight"], self._t[f"{name}.conv.bias"], stride)

    def _transposed(self, name, x, stride, size):
        full = self._torch.nn.functional.conv_transpose2d(x, self._t[f"{name}.conv.weight"], self._t[f"{name}.conv.bias"], stride)
        top, left = (_padding(n, step)[0] for n, step in zip(size, stride))
        return full[:, :, top : top + size[0], left : left + size[1]]

    def _linear(self, name, x):
        return self._torch.nn.functional.linear(x, self._t[f"{name}.weight"], self._t[f"{name}.bias"])

    def _activated(self, x, activation=None):
        return getattr(self._torch.nn.functional, activation or self._spec["activation"])(x)

    def _normalisation(self, card):
        return (self._torch.tensor(card["normalisation"][part], dtype=self._torch.float32, device=self.device).reshape(1, -1, 1, 1) for part in ("scale", "offset"))

    def _numpy(self, name):
        return self._t[name].cpu().double().numpy()


def open_analysis(folder):
    """The fields of an analysis, a folder of `vaeda assimilate`, as an xarray.Dataset: members, mean, spread."""
    import xarray

    return xarray.open_dataset(Path(folder) / "analysis.nc")


def open_reanalysis(folder):
    """The fields of a reanalysis along time, as an xarray.Dataset."""
    return _open_together(sorted(Path(folder).glob("*.nc")), folder)


def open_archive(folder):
    """The anomalies of an archive of `vaeda prepare` along time, as an xarray.Dataset."""
    return _open_together(sorted(Path(folder).glob("anomaly_*.nc")), folder)


def assimilate(observations, model="speedy-ta", out=None, **options):
    """Runs `vaeda assimilate`, and returns what it finds as an xarray.Dataset in memory.

    observations: a DataFrame with the columns of docs/formats.md: lat, lon, anomaly, and error, time, station as there are.
    out: a folder to keep the results in; None keeps none.
    options: those of `vaeda assimilate`, such as members=50, time="1916-03-12", error=0.5, absolute=True; lists are given
    several times. What the program warns of goes to stderr.
    What became of each observation is in the variables observation_…, where all have one time or options choose it.
    Raises RuntimeError with the program's message where it fails.
    """
    import pandas

    with tempfile.TemporaryDirectory() as scratch:
        table, folder = Path(scratch) / "observations.csv", Path(out or Path(scratch) / "out")
        observations.to_csv(table, index=False, date_format="%Y-%m-%dT%H:%M:%S")
        words = [word for name, value in options.items() for word in _option(name, value)]
        times = [column for column in observations if column.lower() in ("time", "date", "datetime", "year", "month", "day", "doy", "hour")]
        if "time" in options or not times or len(observations[times].drop_duplicates()) == 1:
            words.append("--csv")
        command = [str(_program()), "assimilate", str(table), "--model", str(model), "--out", str(folder), "--no-pictures", *words]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        messages = done.stderr.strip()
        if done.returncode != 0:
            raise RuntimeError(messages or f"vaeda ended with {done.returncode}")
        if messages:
            import sys

            print(messages, file=sys.stderr)
        if not (folder / "analysis.nc").exists():
            return open_reanalysis(folder).load()
        with open_analysis(folder) as analysis:
            found = analysis.load()
        if "--csv" not in words:
            return found
        feedback = pandas.read_csv(folder / "observations.csv")
        return found.assign({f"observation_{name}": ("observation", column.to_numpy()) for name, column in feedback.items()})


def _open_together(paths, folder):
    import xarray

    if not paths:
        raise FileNotFoundError(f"{folder}: there are no files of fields in it")
    return xarray.open_dataset(paths[0]) if len(paths) == 1 else xarray.open_mfdataset(paths)


def _program():
    beside = [_HERE / "vaeda", _HERE / "vaeda.exe"]
    found = next((path for path in beside if path.is_file()), None) or shutil.which("vaeda")
    if found is None:
        raise FileNotFoundError("the program vaeda is neither beside vaeda.py nor in PATH")
    return found


def _bundled(name):
    places = [Path(name), _HERE / "models" / f"{name}.safetensors"]
    program = shutil.which("vaeda")
    if program:
        places.append(Path(program).resolve().parent / "models" / f"{name}.safetensors")
    found = next((path for path in places if path.is_file()), None)
    if found is None:
        raise FileNotFoundError(f"there is no model '{name}'")
    return found


def _option(name, value):
    option = f"--{name.replace('_', '-')}"
    if value is True:
        return [option]
    if value is None or value is False:
        return []
    return [word for one in (value if isinstance(value, (list, tuple)) else [value]) for word in (option, str(one))]


def _size(grid):
    """Rows and columns."""
    projection = grid.get("projection")
    return (len(projection["y"]), len(projection["x"])) if projection else (len(grid["latitudes"]), len(grid["longitudes"]))


def _positions(grid):
    """The cells' places about the Earth's centre, (3, H·W), km."""
    latitudes, longitudes = np.radians(grid["latitudes"]), np.radians(grid["longitudes"])
    if not grid.get("projection"):
        latitudes, longitudes = (a.ravel() for a in np.meshgrid(latitudes, longitudes, indexing="ij"))
    return _EARTH * np.stack([np.cos(latitudes) * np.cos(longitudes), np.cos(latitudes) * np.sin(longitudes), np.sin(latitudes)])


def _is_periodic(grid):
    """Whether rows go round the globe: no other column has room, or only since the spacing was rounded."""
    longitudes = grid["longitudes"]
    count = len(longitudes)
    if grid.get("projection") or count < 2:
        return False
    spacing = (longitudes[-1] - longitudes[0]) / (count - 1)
    if abs(360 - count * spacing) < 0.5 * spacing:
        return True
    precision = 1e-4 / (count - 1)
    for decimals in range(1, 6):
        if abs(spacing - round(spacing, decimals)) < precision:
            unit, columns = 10.0**-decimals, 360 / spacing
            return spacing >= 50 * unit and abs(columns - round(columns)) > 1e-3 and abs(spacing - 360 / count) <= unit / 2 + precision
    return False


def _padding(size, stride):
    """Cells to add before and after."""
    total = max((-(-size // stride) - 1) * stride + 3 - size, 0)
    return total // 2, total - total // 2


def _phase(time):
    """The part of the year that has gone, 0…1."""
    day = np.datetime64(time, "D")
    year = day.astype("datetime64[Y]")
    return ((day - year.astype("datetime64[D]")).astype(int) + 0.5) / ((year + 1).astype("datetime64[D]") - year.astype("datetime64[D]")).astype(int)


def _design(time, *first):
    """Cosine and sine of the year, then of half of it."""
    angles = [2 * math.pi * harmonic * _phase(time) for harmonic in (1, 2)]
    return np.array([*first, *(f(angle) for angle in angles for f in (math.cos, math.sin))])
