"""Holds VaeDa's files against xarray, CDO and NCO; InterchangeTests runs it.

make SAMPLE FOLDER              writes xarray.nc, cdo.nc and nco.nc: full fields made of an archive, as each of the three writes them
anomalies FILE ARCHIVE DAYS     compares the archive of a file's only variable with xarray's own anomalies, smoothed over so many days
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


# CF wants the scalar time of an analysis named so. CDO shows it all the same (showtimestamp), and leaves it out of copies with any name.
HARMLESS = "Warning (cdfInqContents): Coordinates variable time can't be assigned!"


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if line.strip() and line.strip() != HARMLESS]
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

            for name, variable in ours.data_vars.items():
                if variable.ndim >= 2 and not np.array_equal(variable.values.squeeze(), through_cdo[name].values.squeeze(), equal_nan=True):
                    sys.exit(f"{path}: CDO reads other values of {name}")

        for name, members in ours.data_vars.items():
            if "member" in members.dims:
                for ending, statistic in (("_mean", members.astype("float64").mean("member")), ("_spread", members.astype("float64").std("member", ddof=1))):
                    if name + ending in ours and not np.allclose(ours[name + ending], statistic, rtol=1e-5, atol=1e-5 * float(members.std())):
                        sys.exit(f"{path}: {name}{ending} is not that of the members")

        print(f"{Path(path).name}: {', '.join(ours.data_vars)}")


warnings.simplefilter("error")
what, *arguments = sys.argv[1:]
if what == "make":
    make(*arguments)
elif what == "anomalies":
    anomalies(arguments[0], arguments[1], int(arguments[2]))
else:
    outputs(arguments)
