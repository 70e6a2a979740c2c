// What became of the observations of a date: on the map, in words, and as a table.

const known = ["used", "outlier", "withheld"];

function observationsOf(data, variables) {
    const column = name => data.values[data.keys.indexOf(name)];
    const [station, of, latitude, longitude, anomaly, error, analysed, spread, ratio, flag] = ["station", "variable", "lat", "lon", "anomaly", "error", "analysis", "spread", "check_ratio", "flag"].map(column);
    const indices = flag.map((_, i) => i);
    const variableOf = i => variables.find(v => v.name === of?.[i]) ?? variables[0];

    function say(i) {
        const { digits, units } = variableOf(i);
        const parts = [
            station?.[i] || `line ${column("line")?.[i] ?? i + 1}`,
            place(number(latitude[i]), number(longitude[i])),
            ...(variables.length > 1 ? [variableOf(i).name] : []),
            `observed ${withUnits(`${signed(number(anomaly[i]), digits)}${error && !isMissing(error[i]) ? ` ± ${fixed(number(error[i]), digits)}` : ""}`, units)}`,
        ];
        if (analysed && !isMissing(analysed[i])) {
            parts.push(`analysed ${withUnits(`${signed(number(analysed[i]), digits)}${spread && !isMissing(spread[i]) ? ` ± ${fixed(number(spread[i]), digits)}` : ""}`, units)}`);
        }
        if (ratio && !isMissing(ratio[i])) {
            parts.push(`${signed(number(ratio[i]), 1)} standard deviations from what the others say`);
        }
        parts.push(flag[i]);
        return parts.join(" · ");
    }

    const label = i => say(i).split(" · ").map(plain).join("<br>");

    function trace(chosen, marker) {
        return { type: "scatter", mode: "markers", x: chosen.map(i => data.x[i]), y: chosen.map(i => data.y[i]), customdata: chosen, text: chosen.map(label), hovertemplate: "%{text}<extra></extra>", marker, showlegend: false };
    }

    const isOf = (i, name) => variableOf(i).name === name;
    const size = indices.length > 1500 ? 3.5 : indices.length > 400 ? 4.5 : 7;
    const ring = i => trace(i >= 0 && !isMissing(data.x[i]) ? [i] : [], { size: 17, symbol: "circle-open", color: "#f0a020", line: { width: 3 } });

    return {
        count: data.total,
        say,
        marks(name, scale, chosen) {
            const used = indices.filter(i => flag[i] === "used" && isOf(i, name));
            return [
                trace(used, { size, color: used.map(i => number(anomaly[i])), colorscale: stops(scale), cmin: scale.minimum, cmax: scale.maximum, line: { color: "#101010", width: indices.length > 400 ? 0.6 : 1 } }),
                trace(indices.filter(i => flag[i] === "used" && !isOf(i, name)), { size: size - 1, symbol: "circle-open", color: "#101010", line: { width: 0.8 } }),
                trace(indices.filter(i => flag[i] === "withheld" && isOf(i, name)), { size: size + 1, symbol: "square", color: "#ffffff", line: { color: "#101010", width: 1 } }),
                trace(indices.filter(i => flag[i] === "outlier" && isOf(i, name)), { size: size + 3, symbol: "x-thin", line: { color: outlierColour, width: 2 } }),
                trace(indices.filter(i => !known.includes(flag[i]) && isOf(i, name) && !isMissing(data.x[i])), { size: size + 1, symbol: "diamond-open", color: faint, line: { width: 1 } }),
                ring(chosen),
            ];
        },
        dots: (name, chosen) => [trace(indices.filter(i => flag[i] === "used" && isOf(i, name)), { size: 3, color: "#101010" }), ring(chosen)],
        rows: indices.map(i => data.values.map(values => values[i])),
        columns: data.columns,
        flags: indices.map(i => flag[i]),
        note: data.note,
    };
}

function observationsSection(content, choose) {
    const list = element("div");
    const note = element("p", { className: "note" });
    const kind = element("select", { "aria-label": "Which observations", onchange: filter }, ...[["all", "all"], ["used", "used"], ["outlier", "outliers"], ["withheld", "withheld"], ["other", "not used"]].map(([value, words]) => element("option", { value }, words)));
    const search = element("input", { type: "search", "aria-label": "Search for a station", placeholder: "station …", oninput: filter });
    let table = null;
    let shown = null;

    function filter() {
        const text = search.value.trim().toLowerCase();
        table.filter((row, i) => (kind.value === "all" || kind.value === shown.flags[i] || (kind.value === "other" && !known.includes(shown.flags[i])))
            && (text === "" || row.some(value => typeof value === "string" && value.toLowerCase().includes(text))));
    }

    return {
        section: section("observations", "Observations",
            element("p", {}, "A click on a heading sorts; a click on a row, or Enter, marks the observation on the maps, and a click on a dot its row here."),
            element("div", { className: "bar" }, element("label", {}, "Show", kind), element("label", {}, "Search", search)), list, note),
        show(observations, label) {
            shown = observations;
            const pick = i => {
                table.mark(i);
                choose(i);
            };
            table = sortableTable({ label: `Observations, ${label}`, columns: observations.columns, rows: observations.rows, chosen: pick });
            list.replaceChildren(table.element);
            note.textContent = observations.note;
            filter();
        },
        mark(i) {
            [kind.value, search.value] = ["all", ""];
            filter();
            table.mark(i);
        },
    };
}
