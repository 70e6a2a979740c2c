// Two maps of one date, which answer together.

const missingColour = "#cdcdcd";
const outlierColour = "#d100b5";
const tallest = 560;
const isTouched = matchMedia("(pointer: coarse)").matches;

const stops = scale => scale.colours.map((colour, i) => [i / (scale.colours.length - 1), colour]);

// One map. asked(cell) and askedOf(observation) are called with what the pointer or the keys are at.
function mapOf(grid, { asked, askedOf, chosen, zoomed, readout }) {
    const drawing = element("div", { className: "drawing", tabIndex: 0, role: "application", "aria-roledescription": "map", "aria-describedby": readout.id });
    const heading = element("h3");
    let at = -1;
    let isReady = false;
    let isFollowing = false;

    function size() {
        const width = Math.max(drawing.clientWidth, 240);
        const margin = { l: grid.isProjected ? 10 : 42, r: 10, t: 6, b: grid.isProjected ? 62 : 78 };
        const inner = Math.min((width - margin.l - margin.r) / grid.aspect, tallest);
        const spare = width - margin.l - margin.r - inner * grid.aspect;
        return { width, height: inner + margin.t + margin.b, margin: { ...margin, l: margin.l + spare / 2, r: margin.r + spare / 2 }, inner };
    }

    function axes(inner) {
        const common = { showgrid: false, zeroline: false, ticks: "outside", tickcolor: "#c3cad2", ticklen: 3, tickfont: { size: 11 }, showticklabels: !grid.isProjected, ticksuffix: "°", fixedrange: isTouched, mirror: true, linecolor: faint };
        const whole = grid.columns.length > grid.width;
        return {
            xaxis: { ...common, range: [grid.left, grid.right], ...(whole ? { tickvals: [-180, -120, -60, 0, 60, 120, 180], ticktext: ["180°", "120° W", "60° W", "0°", "60° E", "120° E", "180°"] } : {}) },
            yaxis: { ...common, range: [grid.bottom, grid.top], ...(whole ? { tickvals: [-60, -30, 0, 30, 60], ticktext: ["60° S", "30° S", "0°", "30° N", "60° N"] } : {}) },
            bar: { orientation: "h", x: 0.5, y: -(grid.isProjected ? 10 : 28) / inner, yanchor: "top", xanchor: "center", thickness: 11, len: 0.86, outlinewidth: 0, tickfont: { size: 11 } },
        };
    }

    async function draw({ title, description, cells, scale, units, text, marks }) {
        heading.textContent = units ? `${title} (${units})` : title;
        drawing.setAttribute("aria-label", `${description} Arrow keys go from cell to cell, with Shift ten at a time; the values are read out beneath the maps.`);
        const { width, height, margin, inner } = size();
        const { xaxis, yaxis, bar } = axes(inner);
        const colours = { colorscale: stops(scale), zmin: scale.minimum, zmax: scale.maximum };
        const traces = [
            { type: "heatmap", x: grid.edgesX, y: grid.edgesY, z: grid.matrix(cell => Number.isFinite(cells[cell]) ? cells[cell] : null), ...colours, text: grid.matrix(text), hovertemplate: "%{text}<extra></extra>", hoverongaps: true, colorbar: bar },
            { type: "scatter", mode: "lines", x: grid.coast.x, y: grid.coast.y, line: { color: "#303030", width: 1 }, hoverinfo: "skip", showlegend: false },
            ...marks(scale),
        ];
        const layout = { width, height, margin, xaxis, yaxis, plot_bgcolor: missingColour, showlegend: false, hovermode: "closest", hoverdistance: 6, dragmode: isTouched ? false : "zoom", uirevision: "kept" };
        await plotIn(drawing, traces, layout, identity(title));
        if (!isReady) {
            isReady = true;
            drawing.on("plotly_hover", event => {
                const point = event.points[0];
                if (point.curveNumber === 0) {
                    const [row, column] = point.pointNumber ?? point.pointIndex;
                    reach(grid.cellOf(row, column));
                } else if (point.customdata !== undefined) {
                    at = -1;
                    askedOf(point.customdata);
                }
            });
            drawing.on("plotly_click", event => {
                const point = event.points[0];
                if (point.curveNumber > 0 && point.customdata !== undefined) {
                    chosen(point.customdata);
                }
            });
            drawing.on("plotly_relayout", change => {
                if (!isFollowing && Object.keys(change).some(key => /^[xy]axis\./.test(key))) {
                    zoomed(change);
                }
            });
        }
    }

    function reach(cell) {
        if (cell !== at) {
            at = cell;
            asked(cell);
        }
    }

    function show(cell) {
        at = cell;
        if (isReady) {
            Plotly.Fx.hover(drawing, [{ curveNumber: 0, pointNumber: grid.pointOf(cell) }]);
        }
    }

    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    drawing.addEventListener("keydown", event => {
        const step = steps[event.key];
        if (step) {
            event.preventDefault();
            const far = event.shiftKey ? 10 : 1;
            const next = at < 0 ? grid.step(0, Math.floor(grid.height / 2), Math.floor(grid.width / 2)) : grid.step(at, step[0] * far, step[1] * far);
            show(next);
            asked(next);
        }
    });

    return {
        figure: element("figure", { className: "map" }, heading, drawing),
        drawing,
        draw,
        show,
        leave: () => isReady && Plotly.Fx.unhover(drawing),
        async follow(change) {
            isFollowing = true;
            await Plotly.relayout(drawing, change);
            isFollowing = false;
        },
    };
}

async function mapsSection(content, { dated, chosen }) {
    const maps = content.maps;
    const grid = await openGrid(maps.grid);
    const state = { date: 0, variable: 0, left: "mean", member: 1, right: null, observations: true, chosen: -1 };
    let current = null;
    let turn = 0;
    let at = -1;

    const readout = element("p", { className: "readout", id: "readout", role: "status", "aria-live": "polite" }, "Point at a map, or go to it with Tab and move with the arrow keys.");
    const [left, right] = [0, 1].map(which => mapOf(grid, {
        asked: cell => answer(cell, which),
        askedOf: i => {
            at = -1;
            readout.textContent = current.observations.say(i);
            [left, right][1 - which].leave();
        },
        chosen,
        zoomed: change => [left, right][1 - which].follow(change),
        readout,
    }));

    const variable = () => maps.variables[state.variable];

    function says(cell) {
        const { digits, units } = variable();
        const value = `${signed(current.mean[cell], digits)}${current.spread ? ` ± ${fixed(current.spread[cell], digits)}` : ""}`;
        const lines = [place(grid.latitude(cell), grid.longitude(cell)), Number.isFinite(current.mean[cell]) ? withUnits(value, units) : "no value"];
        if (state.left !== "mean" && Number.isFinite(current.left[cell])) {
            lines.push(`${state.left === "member" ? `member ${state.member}` : "most probable"} ${withUnits(signed(current.left[cell], digits), units)}`);
        }
        if (current.truth) {
            lines.push(`truth ${withUnits(signed(current.truth[cell], digits), units)}`);
        }
        return lines;
    }

    function answer(cell, which) {
        at = cell;
        const more = current.spread && current.deviation && current.deviation[cell] > 0 ? [`spread ${fixed(100 * current.spread[cell] / current.deviation[cell], 0)}% of the climatological standard deviation`] : [];
        readout.textContent = [...says(cell), ...(Number.isFinite(current.mean[cell]) ? more : [])].join(" · ");
        [left, right][1 - which]?.show(cell);
    }

    async function load() {
        const date = maps.dates[state.date];
        const fields = date.fields[state.variable];
        state.member = Math.min(state.member, Math.max(fields.members.length, 1));
        const wanted = { mean: fields.mean, spread: fields.spread, truth: fields.truth, deviation: variable().deviation, probable: fields.mostProbable, member: state.left === "member" ? fields.members[state.member - 1] : null };
        const loaded = Object.fromEntries(await Promise.all(Object.entries(wanted).map(async ([name, number]) => [name, await field(number ?? null)])));
        loaded.left = loaded[state.left] ?? loaded.mean;
        loaded.observations = observationsOf(await values(date.observations), maps.variables);
        return loaded;
    }

    function rightMap() {
        const { digits, title, units, spreadScale, scale, differenceScale } = variable();
        const both = (one, other, of) => one.map((value, i) => of(value, other[i]));
        const range = cells => {
            const finite = cells.filter(Number.isFinite);
            return finite.length ? `from ${fixed(finite.reduce((a, b) => Math.min(a, b)), digits)} to ${withUnits(fixed(finite.reduce((a, b) => Math.max(a, b)), digits), units)}` : "without a value";
        };
        switch (state.right) {
            case "spread": return { title: "Ensemble spread", cells: current.spread, scale: spreadScale, units, description: `Map of the ensemble's standard deviation, ${range(current.spread)}.` };
            case "relative": return { title: "Spread / climatological standard deviation", cells: both(current.spread, current.deviation, (a, b) => b > 0 ? a / b : NaN), scale: { ...spreadScale, minimum: 0, maximum: 1 }, units: "", description: "Map of the spread in climatological standard deviations." };
            case "truth": return { title: "Truth", cells: current.truth, scale, units, description: `Map of the truth: ${title}, ${range(current.truth)}.` };
            case "error": return { title: "Ensemble mean minus truth", cells: both(current.mean, current.truth, (a, b) => a - b), scale: differenceScale, units, description: "Map of the ensemble mean minus the truth." };
            default: return null;
        }
    }

    async function draw() {
        const mine = ++turn;
        const loaded = await load();
        if (mine !== turn) {
            return;
        }
        current = loaded;
        const date = maps.dates[state.date];
        const { title, units, scale, digits } = variable();
        const finite = current.left.filter(Number.isFinite);
        const name = state.left === "member" ? `Member ${state.member}` : state.left === "probable" ? "Most probable field" : current.spread ? "Ensemble mean" : "Most probable field";
        const text = cell => says(cell).join("<br>");
        await left.draw({
            title: `${name}, ${date.label}`, cells: current.left, scale, units, text,
            description: `Map: ${title}, ${name.toLowerCase()}, ${date.label}, ${finite.length ? `from ${signed(finite.reduce((a, b) => Math.min(a, b)), digits)} to ${withUnits(signed(finite.reduce((a, b) => Math.max(a, b)), digits), units)}` : "without a value"}, with ${current.observations.count} observations.`,
            marks: used => state.observations ? current.observations.marks(variable().name, used, state.chosen) : [],
        });
        const second = rightMap();
        right.figure.hidden = second === null;
        if (second) {
            await right.draw({ ...second, text, marks: () => state.observations ? current.observations.dots(variable().name, state.chosen) : [] });
        }
        note.textContent = date.note;
        if (at >= 0) {
            answer(at, 1);
        }
        document.body.dataset.drawn = `${state.date}/${state.variable}/${state.left === "member" ? state.member : state.left}/${state.right}`;
    }

    // Controls.
    const slider = (label, most, value, changed) => {
        const output = element("output");
        const input = element("input", { type: "range", min: most.min, max: most.max, step: 1, value, "aria-label": label, oninput: () => changed(Number(input.value)) });
        return { row: element("label", { className: "slider" }, label, input, output), input, set(number, words) {
            input.value = number;
            output.textContent = words;
            input.setAttribute("aria-valuetext", words);
        } };
    };
    const select = (label, options, changed) => {
        const input = element("select", { "aria-label": label, onchange: () => changed(input.value) }, ...options.map(([value, words]) => element("option", { value }, words)));
        return { row: element("label", {}, label, input), input };
    };

    const first = maps.dates[0].fields[0];
    const members = Math.min(...maps.dates.map(date => Math.min(...date.fields.map(fields => fields.members.length))));
    const hasDeviation = maps.variables.every(v => v.deviation !== null);
    const rights = [...(first.spread === null ? [] : [["spread", "ensemble spread"], ...(hasDeviation ? [["relative", "spread relative to climatology"]] : [])]), ...(first.truth === null ? [] : [["truth", "truth"], ["error", "mean minus truth"]])];
    state.right = first.truth !== null ? "truth" : rights[0]?.[0] ?? null;
    const lefts = [["mean", first.spread === null ? "most probable field" : "ensemble mean"], ...(first.spread !== null && first.mostProbable !== null ? [["probable", "most probable field"]] : []), ...(members > 0 ? [["member", "a member"]] : [])];

    const dates = slider("Date", { min: 0, max: maps.dates.length - 1 }, 0, i => setDate(i));
    const memberSlider = slider("Member", { min: 1, max: Math.max(members, 1) }, 1, i => {
        [state.member, state.left] = [i, "member"];
        update();
    });
    const variables = select("Variable", maps.variables.map((v, i) => [i, v.title]), i => {
        state.variable = Number(i);
        update();
    });
    const leftChoice = select("Left map", lefts, value => {
        state.left = value;
        update();
    });
    const rightChoice = select("Right map", rights, value => {
        state.right = value;
        update();
    });
    const dots = element("input", { type: "checkbox", checked: true, "aria-label": "Observations on the maps", onchange: () => {
        state.observations = dots.checked;
        update();
    } });
    const note = element("p", { className: "note" });

    // Resolves when all is drawn.
    function update() {
        dates.set(state.date, maps.dates[state.date].label);
        memberSlider.set(state.member, state.left === "member" ? `${state.member} of ${members}` : `none of ${members}`);
        leftChoice.input.value = state.left;
        if (state.right !== null) {
            rightChoice.input.value = state.right;
        }
        return draw();
    }

    async function setDate(i) {
        state.date = i;
        state.chosen = -1;
        const drawn = update();
        await dated(i);
        await drawn;
    }

    let waiting = 0;
    addEventListener("resize", () => {
        clearTimeout(waiting);
        waiting = setTimeout(draw, 150);
    });

    return {
        section: section("maps", "Maps",
            element("div", { className: "bar" }, maps.variables.length > 1 ? variables.row : null, lefts.length > 1 ? leftChoice.row : null, rights.length > 1 ? rightChoice.row : null, element("label", {}, dots, "observations")),
            element("div", { className: "bar" }, maps.dates.length > 1 ? dates.row : null, members > 0 ? memberSlider.row : null),
            element("div", { className: "maps" }, left.figure, right.figure),
            // Beneath, so that its lines never move the maps under the pointer.
            readout,
            note,
            element("p", { className: "note" }, maps.note)),
        start: () => update().then(() => dated(0)),
        setDate,
        choose(i) {
            state.chosen = i;
            if (i >= 0) {
                readout.textContent = current.observations.say(i);
            }
            return draw();
        },
        observations: async i => observationsOf(await values(maps.dates[i].observations), maps.variables),
    };
}
