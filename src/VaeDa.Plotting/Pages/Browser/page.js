// The page from its content.

async function start() {
    const [library, text] = await Promise.all(["library", "content"].map(id => unpackText(document.getElementById(id).textContent)));
    document.head.append(element("script", { textContent: library }));
    const content = JSON.parse(text);
    const parts = [];
    const drawn = [];
    let [maps, observations, series] = [null, null, null];

    if (content.maps) {
        const dated = async i => {
            observations.show(await maps.observations(i), content.maps.dates[i].label);
            await series?.setDate(i);
        };
        maps = await mapsSection(content, { dated, chosen: i => {
            observations.mark(i);
            maps.choose(i);
        } });
        observations = observationsSection(content, i => maps.choose(i));
        parts.push(maps.section);
        drawn.push(maps.start);
    }
    if (content.series) {
        series = seriesSection(content, i => maps.setDate(i));
        parts.push(series.section);
        if (!maps) {
            drawn.push(series.draw);
        }
    }
    if (observations) {
        parts.push(observations.section);
    }

    for (const title of new Set(content.charts.map(chart => chart.section))) {
        const charts = content.charts.filter(chart => chart.section === title).map(chartOf);
        parts.push(section(identity(title), title, element("div", { className: "charts" }, ...charts.map(chart => chart.figure))));
        drawn.push(...charts.map(chart => chart.draw));
    }
    for (const table of content.tables) {
        parts.push(section(identity(table.title), table.title, sortableTable({ label: table.title, columns: table.columns, rows: table.rows }).element, table.note ? element("p", { className: "note" }, table.note) : null));
    }

    const { commands, rows } = content.provenance;
    parts.push(section("provenance", "How it was made",
        element("p", {}, "The commands, the newest first:"), element("pre", { tabIndex: 0 }, commands.join("\n")),
        element("dl", { className: "plain" }, ...rows.flatMap(({ key, value }) => [element("dt", {}, key), element("dd", {}, value)])),
        ...(content.leftOut.length ? [element("h3", {}, "What is in the files and not in this page"), element("ul", {}, ...content.leftOut.map(what => element("li", {}, what)))] : [])));

    const link = part => element("a", { href: `#${part.id}` }, part.querySelector("h2").textContent);
    document.getElementById("main").replaceChildren(
        element("header", {},
            element("p", { className: "kind" }, content.kind),
            element("h1", {}, content.title),
            element("p", { className: "subtitle" }, content.subtitle),
            ...content.notices.map(notice => element("p", { className: "notice", role: "note" }, notice)),
            element("dl", { className: "facts" }, ...content.facts.map(fact => element("div", {}, element("dt", {}, fact.label), element("dd", {}, fact.value, fact.note ? element("small", {}, fact.note) : null)))),
            element("nav", { "aria-label": "Sections" }, ...parts.map(link))),
        ...parts,
        element("footer", {}, "One file, which asks nothing of any network. Drawn by plotly.js 4.1.1 (© Plotly, Inc., MIT licence); coasts: Natural Earth."));
    for (const draw of drawn) {
        await draw();
    }
    document.body.dataset.ready = "yes";
}

start().catch(error => {
    document.getElementById("main").replaceChildren(element("h1", {}, "This report cannot be shown"), element("p", {}, typeof DecompressionStream === "undefined" ? "The browser is too old: it needs one of 2023 or later." : String(error)));
    throw error;
});
