// Means of areas through time; a click goes to the nearest date of the maps.

function seriesSection(content, setDate) {
    const { series, maps } = content;
    const state = { variable: 0, area: 0, date: 0 };
    const drawing = element("div", { className: "chart", role: "img" });
    const times = maps ? maps.dates.map(date => Date.parse(date.time)) : [];
    let isReady = false;
    const choice = (label, options, changed) => element("label", {}, label, element("select", { "aria-label": label, onchange: event => changed(Number(event.target.value)) }, ...options.map((words, i) => element("option", { value: i }, words))));

    async function draw() {
        const shown = await values(series.blocks[state.variable][state.area]);
        const variable = maps?.variables[state.variable];
        const [mean, low, high] = [shown.mean, shown.low, shown.high].map(list => list.map(number));
        const finite = mean.filter(Number.isFinite);
        const name = series.areas[state.area];
        const units = variable?.units ?? "";
        drawing.setAttribute("aria-label", `Line chart of ${name}: ${mean.length} dates from ${shown.times[0]} to ${shown.times[shown.times.length - 1]}, mean from ${signed(finite.reduce((a, b) => Math.min(a, b), Infinity), 2)} to ${withUnits(signed(finite.reduce((a, b) => Math.max(a, b), -Infinity), 2), units)}${low.length ? ", with the band of the middle 90% of the members" : ""}.`);
        const line = { type: "scatter", mode: "lines", x: shown.times };
        const traces = [
            ...(low.length ? [
                { ...line, y: low, line: { width: 0 }, hoverinfo: "skip", showlegend: false },
                { ...line, y: high, line: { width: 0 }, fill: "tonexty", fillcolor: "rgba(31,95,168,.22)", name: "middle 90% of the members", customdata: low, hovertemplate: `90%: %{customdata:.3~f} … %{y:.3~f} ${units}<extra></extra>` },
            ] : []),
            { ...line, y: mean, line: { color: lineColours[0], width: 1.8 }, name: "mean", hovertemplate: `mean: %{y:.3~f} ${units}<extra></extra>` },
        ];
        const now = maps?.dates[state.date].time;
        await plotIn(drawing, traces, {
            height: 320,
            margin: { l: 60, r: 12, t: 10, b: 36 },
            xaxis: axis("", { type: "date" }),
            yaxis: axis(units ? `${name} (${units})` : name),
            hovermode: "x unified",
            showlegend: true,
            legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
            shapes: now ? [{ type: "line", x0: now, x1: now, yref: "paper", y0: 0, y1: 1, line: { color: "#f0a020", width: 1.5 } }] : [],
            uirevision: `${state.variable}/${state.area}`,
        }, identity(`series ${name}`));
        if (!isReady && maps) {
            isReady = true;
            drawing.on("plotly_click", event => {
                const clicked = Date.parse(event.points[0].x.replace(" ", "T"));
                setDate(times.reduce((best, time, i) => Math.abs(time - clicked) < Math.abs(times[best] - clicked) ? i : best, 0));
            });
        }
    }

    return {
        section: section("series", "Series",
            element("div", { className: "bar" },
                choice("Area or place", series.areas, i => {
                    state.area = i;
                    draw();
                }),
                series.variables.length > 1 ? choice("Variable", series.variables, i => {
                    state.variable = i;
                    draw();
                }) : null),
            drawing,
            element("p", { className: "note" }, series.note)),
        draw,
        setDate(i) {
            state.date = i;
            return draw();
        },
    };
}
