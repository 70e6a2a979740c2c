// Tables that are sorted by a click on a heading, or by Enter on it.

const rowsOnPage = 25;

const isMissing = value => value === null || value === undefined || value === "" || value === "NaN" || (typeof value === "number" && !Number.isFinite(value));

// What is missing comes last, whichever way.
function compare(one, other, direction) {
    if (isMissing(one) || isMissing(other)) {
        return isMissing(one) - isMissing(other);
    }
    return direction * (typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en", { numeric: true }));
}

function cellText(value, digits) {
    if (isMissing(value)) {
        return "–";
    }
    return typeof value !== "number" ? String(value) : digits === null || digits === undefined ? minus(String(value)) : fixed(value, digits);
}

// columns: [{title, digits, hint}], rows: [[value, …]]; chosen(row number) is called for a row that is clicked.
function sortableTable({ label, columns, rows, chosen }) {
    let order = rows.map((_, i) => i);
    let sortedBy = -1;
    let direction = 1;
    let page = 0;
    let shown = () => true;
    let marked = -1;
    const numeric = columns.map((_, c) => rows.some(row => typeof row[c] === "number"));
    const body = element("tbody");
    const place = element("span", { "aria-live": "polite" });
    const back = element("button", { type: "button", onclick: () => turn(page - 1) }, "Previous");
    const on = element("button", { type: "button", onclick: () => turn(page + 1) }, "Next");
    const headings = columns.map((column, c) => element("th", { scope: "col", className: numeric[c] ? "number" : "", "aria-sort": "none" },
        element("button", { type: "button", title: column.hint ?? "Sort", onclick: () => sort(c) }, column.title)));
    const table = element("table", {}, element("caption", { className: "hidden" }, label), element("thead", {}, element("tr", {}, ...headings)), body);
    const pager = element("p", { className: "pager" }, back, place, on);
    const scroller = element("div", { className: "scroller", tabIndex: 0, role: "region", "aria-label": `${label}, scrolls sideways` }, table);

    const visible = () => order.filter(i => shown(rows[i], i));

    function fill() {
        const all = visible();
        const last = Math.max(0, Math.ceil(all.length / rowsOnPage) - 1);
        page = Math.min(Math.max(page, 0), last);
        const part = all.slice(page * rowsOnPage, (page + 1) * rowsOnPage);
        body.replaceChildren(...part.map(i => {
            const row = element("tr", { className: i === marked ? "marked" : "" },
                ...columns.map((column, c) => element(c === 0 ? "th" : "td", { className: numeric[c] ? "number" : "", scope: c === 0 ? "row" : null }, cellText(rows[i][c], column.digits))));
            if (chosen) {
                row.tabIndex = 0;
                row.onclick = () => chosen(i);
                row.onkeydown = event => {
                    if (event.key === "Enter") {
                        chosen(i);
                    }
                };
            }
            return row;
        }));
        place.textContent = all.length === 0 ? "no row" : `rows ${page * rowsOnPage + 1}–${page * rowsOnPage + part.length} of ${all.length}`;
        [back.disabled, on.disabled] = [page === 0, page === last];
        pager.hidden = all.length <= rowsOnPage && rows.length <= rowsOnPage;
    }

    function turn(to) {
        page = to;
        fill();
    }

    function sort(column) {
        direction = sortedBy === column ? -direction : 1;
        sortedBy = column;
        order.sort((a, b) => compare(rows[a][column], rows[b][column], direction) || a - b);
        headings.forEach((heading, c) => heading.setAttribute("aria-sort", c !== column ? "none" : direction > 0 ? "ascending" : "descending"));
        turn(0);
    }

    fill();
    return {
        element: element("div", { className: "table" }, scroller, pager),
        filter(test) {
            shown = test;
            turn(0);
        },
        mark(i) {
            marked = i;
            const position = visible().indexOf(i);
            turn(position < 0 ? page : Math.floor(position / rowsOnPage));
        },
    };
}
