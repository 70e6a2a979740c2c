"""Holds VaeDa's files against xarray, CDO and NCO; InterchangeTests runs it.

make SAMPLE FOLDER              writes xarray.nc, cdo.nc and nco.nc: full fields made of an archive, as each of the three writes them
anomalies FILE ARCHIVE DAYS     compares the archive of a file's only variable with xarray's own anomalies, smoothed over so many days
leap FOLDER                     writes daily.nc and monthly.nc: full fields of leap and of common years
whole FILE ARCHIVE              adds an archive's climatology to its anomalies with CDO and with xarray, and subtracts it from the fields, in each year
joined FOLDER...                joins the analyses of several dates with xarray, CDO and NCO, which must keep every date
grids FILE...                   asks CDO for grid, times and bounds
outputs FILE...                 reads files with xarray and CDO, warnings being errors, and compares what both read
"""

import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import netCDF4  # noqa: F401, here because Debian's warns of numpy as it is loaded, which is none of our files' fault
import numpy as np
import xarray as xr


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if line.strip()]
    if done.returncode != 0 or said:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}: {said}")
    return done.stdout


def opened(path):
    """All values in memory, so that the file can be closed."""
    with xr.open_dataset(path) as dataset:
        return dataset.load()


def step_of(time):
    """Day of a 365-day year, 29 February as 28."""
    is_after_leap_day = time.dt.is_leap_year & (time.dt.dayofyear >= 60)
    return time.dt.dayofyear - is_after_leap_day


def make(sample, folder):
    folder = Path(folder)
    anomaly = xr.concat([opened(path)["ta"] for path in sorted(Path(sample).glob("anomaly_*.nc"))], "time")
    mean = opened(Path(sample) / "climatology.nc")["ta_mean"]
    fields = anomaly.astype("float64") + mean.sel(dayofyear=step_of(anomaly.time)).drop_vars("dayofyear")
    fields = fields.isel(latitude=slice(None, None, 4), longitude=slice(None, None, 4)).transpose("time", "latitude", "longitude")

    # South first, -180 to 180, with gaps in time and a place that never has a value.
    own = fields.assign_coords(longitude=(fields.longitude + 180) % 360 - 180).sortby(["latitude", "longitude"])
    missing = np.random.default_rng(1).random(own.shape) < 0.02
    missing[:, 3, 5] = True
    own = own.where(~missing).rename(time="valid_time")
    own.attrs = {"units": "K", "long_name": "2 metre temperature", "cell_methods": "time: mean", "flag_meanings": ["one", "two"]}
    own.to_dataset(name="t2m").to_netcdf(folder / "xarray.nc", unlimited_dims=["valid_time"], encoding={
        "t2m": {"dtype": "int16", "scale_factor": 0.002, "add_offset": 273.15, "_FillValue": -32767, "zlib": True, "shuffle": True},
        "valid_time": {"dtype": "int64", "units": "seconds since 1970-01-01", "calendar": "proleptic_gregorian"}})

    plain = fields.astype("float32")
    plain.attrs = {"units": "K"}
    plain.to_dataset(name="tas").to_netcdf(folder / "plain.nc", unlimited_dims=["time"])
    run("cdo", "-s", "-f", "nc4", "-z", "zip_3", "-pack", "-monmean", "-remapbil,r36x18", str(folder / "plain.nc"), str(folder / "cdo.nc"))
    run("ncpdq", "-O", "-a", "-latitude", str(folder / "plain.nc"), str(folder / "turned.nc"))
    run("ncpdq", "-O", "-7", "-L", "1", "-P", "all_new", str(folder / "turned.nc"), str(folder / "nco.nc"))


def in_our_order(field):
    return field.assign_coords(longitude=field.longitude % 360).sortby(["time", "latitude", "longitude"]).transpose("time", "latitude", "longitude")


def anomalies(path, archive, days):
    file = opened(path)
    names = [name for name, variable in file.data_vars.items() if variable.ndim == 3]
    values = file[names[0]].rename({d: new for d, new in {"lat": "latitude", "lon": "longitude", "valid_time": "time"}.items() if d in file[names[0]].dims})
    values = in_our_order(values.astype("float64"))

    description = json.loads((Path(archive) / "archive.json").read_text())
    if description["frequency"] == "monthly":
        expected = values.groupby("time.month") - values.groupby("time.month").mean("time")
        expected = expected.drop_vars("month")
    else:
        values = values.assign_coords(step=step_of(values.time))
        mean = values.groupby("step").mean("time")
        if days > 1:
            half = days // 2
            mean = mean.pad(step=half, mode="wrap").rolling(step=days, center=True, min_periods=1).mean().isel(step=slice(half, -half))
            mean = mean.assign_coords(step=np.arange(1, 366))
        expected = (values.groupby("step") - mean).drop_vars("step")

    ours = xr.concat([opened(year)[names[0]] for year in sorted(Path(archive).glob("anomaly_*.nc"))], "time")
    ours = in_our_order(ours.astype("float64"))
    if not ((ours.time.values == expected.time.values).all() and np.allclose(ours.latitude, expected.latitude, atol=1e-5) and np.allclose(ours.longitude, expected.longitude, atol=1e-5)):
        sys.exit("times or places differ")
    if not (np.isnan(ours.values) == np.isnan(expected.values)).all():
        sys.exit(f"missing: {np.isnan(ours.values).sum()} of ours, {np.isnan(expected.values).sum()} of xarray's")

    worst = float(np.nanmax(np.abs(ours.values - expected.values)))
    print(json.dumps({"worst": worst, "packingError": description["statistics"][0]["packingError"], "deviation": float(np.nanstd(expected.values)), "fields": len(ours.time)}))


def outputs(paths):
    for path in paths:
        ours = opened(path)
        with tempfile.TemporaryDirectory() as folder:
            copy = str(Path(folder) / "copy.nc")
            run("cdo", "-s", "-f", "nc4", "copy", path, copy)
            through_cdo = opened(copy)
            if "time" in ours.dims and not np.array_equal(ours.time, through_cdo.time):
                sys.exit(f"{path}: CDO reads other times")

            # CDO has its own names for bounds.
            renamed = {ours[c].attrs[a]: through_cdo[c].attrs[a] for c in ours.coords for a in ("bounds", "climatology") if a in ours[c].attrs}
            for name, variable in ours.data_vars.items():
                if variable.ndim >= 2 and not np.array_equal(variable.values.squeeze(), through_cdo[renamed.get(name, name)].values.squeeze(), equal_nan=True):
                    sys.exit(f"{path}: CDO reads other values of {name}")

        for name, members in ours.data_vars.items():
            if "member" in members.dims:
                for ending, statistic in (("_mean", members.astype("float64").mean("member")), ("_spread", members.astype("float64").std("member", ddof=1))):
                    if name + ending in ours and not np.allclose(ours[name + ending], statistic, rtol=1e-5, atol=1e-5 * float(members.std())):
                        sys.exit(f"{path}: {name}{ending} is not that of the members")

        print(f"{Path(path).name}: {', '.join(ours.data_vars)}")


def leap(folder):
    time = np.arange("1999-01-01T12", "2002-01-01T12", 24, dtype="datetime64[h]").astype("datetime64[ns]")
    latitude, longitude = np.arange(78.75, -90, -22.5), np.arange(0, 360, 45.0)
    weather = np.random.default_rng(2).normal(size=(len(time), len(latitude), len(longitude)))
    season = 15 * np.cos(2 * np.pi * np.arange(len(time)) / 365.25)
    daily = xr.DataArray(280 + season[:, None, None] + 3 * weather, dims=("time", "lat", "lon"), coords={"time": time, "lat": latitude, "lon": longitude}, name="tas")
    for field, name in ((daily, "daily"), (daily.resample(time="MS").mean(), "monthly")):
        field = field.astype("float32")
        field.attrs = {"units": "K", "standard_name": "air_temperature", "cell_methods": "time: mean"}
        field.to_dataset().assign_attrs(history="2020-01-01: made").to_netcdf(Path(folder) / f"{name}.nc")


def whole(path, archive):
    fields = in_our_order(opened(path)["tas"].rename(lat="latitude", lon="longitude"))
    error = json.loads((Path(archive) / "archive.json").read_text())["statistics"][0]["packingError"]
    climatology = Path(archive) / "climatology.nc"
    is_monthly = opened(climatology).sizes["time"] == 12
    part = "mon" if is_monthly else "day"
    mean = opened(climatology)["tas_mean"]
    days = lambda d: d.time.dt.strftime("%m" if is_monthly else "%m-%d").rename("part")
    worst, dates = 0, []
    for year in sorted(Path(archive).glob("anomaly_*.nc")):
        ours = opened(year)["tas"]
        expected = fields.sel(time=ours.time, latitude=ours.latitude, longitude=ours.longitude)
        dates += list(ours.time.dt.strftime("%m-%d").values)
        with tempfile.TemporaryDirectory() as folder:
            added, subtracted = str(Path(folder) / "added.nc"), str(Path(folder) / "subtracted.nc")
            run("cdo", "-s", "-b", "F32", f"y{part}add", str(year), "-selname,tas_mean", str(climatology), added)
            run("cdo", "-s", "-b", "F32", f"y{part}sub", added, "-selname,tas_mean", str(climatology), subtracted)
            differences = [opened(added)["tas"] - expected.values, opened(subtracted)["tas"] - ours.values]

        differences.append(ours.groupby(days(ours)) + mean.groupby(days(mean)).mean() - expected.values)
        differences.append(expected.groupby(days(expected)) - mean.groupby(days(mean)).mean() - ours.values)
        if is_monthly:
            differences.append(ours.groupby("time.month") + mean.groupby("time.month").mean() - expected.values)
        worst = max([worst, *(float(abs(d.values).max()) for d in differences)])

    print(json.dumps({"worst": worst, "packingError": error, "leapDays": dates.count("02-29"), "dates": len(dates)}))


def joined(folders):
    files = [str(Path(folder) / "analysis.nc") for folder in folders]
    apart = [opened(file) for file in files]
    times = np.sort(np.concatenate([dataset.time.values for dataset in apart]))
    try:
        import dask  # noqa: F401, which open_mfdataset needs

        together = {"xarray": xr.open_mfdataset(files).load()}
    except ImportError:
        together = {"xarray": xr.combine_by_coords(apart, combine_attrs="override")}  # open_mfdataset's own way

    with tempfile.TemporaryDirectory() as folder:
        for name, command in {"cdo": ("cdo", "-s", "mergetime"), "nco": ("ncrcat",)}.items():
            path = str(Path(folder) / f"{name}.nc")
            run(*command, *files, path)
            together[name] = opened(path)
        run("ncra", *files, str(Path(folder) / "mean.nc"))

    for name, dataset in together.items():
        if not np.array_equal(dataset.time.values, times):
            sys.exit(f"{name} keeps {dataset.time.values} of {times}")
        for i, one in enumerate(apart):
            for field in ("t2m", "t2m_mean", "t2m_spread", "t2m_analysis"):
                if not np.array_equal(dataset[field].sel(time=one.time).values, one[field].values):
                    sys.exit(f"{name}: other values of {field} at {one.time.values}")
        if not np.array_equal(dataset["time_bnds"].values, np.concatenate([one["time_bnds"].values for one in apart])):
            sys.exit(f"{name}: other bounds of time")

    print(len(times), "dates:", ", ".join(together))


def grids(paths):
    for path in paths:
        print(Path(path).name, run("cdo", "-s", "sinfon", path))


warnings.simplefilter("error")
what, *arguments = sys.argv[1:]
if what == "make":
    make(*arguments)
elif what == "anomalies":
    anomalies(arguments[0], arguments[1], int(arguments[2]))
elif what == "leap":
    leap(*arguments)
elif what == "whole":
    whole(*arguments)
elif what == "joined":
    joined(arguments)
elif what == "grids":
    grids(arguments)
else:
    outputs(arguments)
