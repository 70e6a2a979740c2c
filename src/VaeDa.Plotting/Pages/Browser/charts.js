// Charts of one pair of axes.

const ink = "#22303f";
const faint = "#8a94a0";
const lineColours = ["#1f5fa8", "#c4511c", "#2c8a57", "#8b4fa8", "#a88a1f", "#5b6b7a"];
const font = { family: "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif", size: 12, color: ink };
const controls = {
    responsive: true,
    displaylogo: false,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
};

const axis = (title, more = {}) => ({ title: { text: plain(title), font: { size: 12 }, standoff: 6 }, gridcolor: "#e6e9ed", zerolinecolor: "#c3cad2", linecolor: "#c3cad2", automargin: true, ...more });

function plotIn(place, traces, layout, image) {
    const config = { ...controls, toImageButtonOptions: { format: "png", scale: 2, filename: image } };
    return Plotly.react(place, traces, { font, paper_bgcolor: "#fff", hoverlabel: { bgcolor: "#fff", bordercolor: faint, font: { ...font, size: 13 } }, ...layout }, config);
}

// Few whole numbers, such as epochs: no ticks between them.
function wholeTicks(lines) {
    const x = lines.flatMap(line => line.x);
    return x.length > 0 && x.every(Number.isInteger) && x.reduce((a, b) => Math.max(a, b)) - x.reduce((a, b) => Math.min(a, b)) <= 10 ? { dtick: 1 } : {};
}

function chartOf(chart) {
    const drawing = element("div", { className: "chart", role: "img", "aria-label": `${chart.title}. ${chart.alternative}` });
    const traces = chart.lines.map((line, i) => {
        const colour = line.isReference ? faint : lineColours[chart.lines.slice(0, i).filter(l => !l.isReference).length % lineColours.length];
        const trace = { name: plain(line.name), x: line.x, y: line.y.map(number), hovertemplate: "%{x}: %{y:.4~g}" };
        return line.kind === "bars"
            ? { ...trace, type: "bar", marker: { color: colour, opacity: 0.85 } }
            : { ...trace, type: "scatter", mode: line.kind === "dotted" ? "lines+markers" : "lines", line: { color: colour, width: line.isReference ? 1.5 : 2, dash: line.isReference ? "dash" : "solid" }, marker: { size: 5, color: colour } };
    });
    const layout = {
        height: 300,
        margin: { l: 56, r: 12, t: 12, b: 46 },
        xaxis: axis(chart.xTitle, wholeTicks(chart.lines)),
        yaxis: axis(chart.yTitle, chart.fromZero ? { rangemode: "tozero" } : {}),
        showlegend: chart.lines.length > 1,
        legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
        bargap: 0.08,
        hovermode: "x",
    };
    const figure = element("figure", {}, element("h3", {}, chart.title), drawing, chart.note ? element("figcaption", {}, chart.note) : null);
    return { figure, draw: () => plotIn(drawing, traces, layout, identity(chart.title)) };
}
