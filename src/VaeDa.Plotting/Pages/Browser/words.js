// Elements and words. Text of files is only ever put in as text.

function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
        if (value === null || value === undefined) {
            continue;
        }
        if (key in made && key !== "list" && !key.startsWith("aria")) {
            made[key] = value;
        } else {
            made.setAttribute(key, value);
        }
    }
    made.append(...children.filter(child => child !== null && child !== undefined));
    return made;
}

// The library reads some tags in its texts.
const plain = text => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const minus = text => text.replace("-", "−");

// JSON has no number for what is missing.
const number = value => value === null || value === "" ? NaN : Number(value);

// No zero has a sign.
const fixed = (value, digits) => Number.isFinite(value) ? minus(value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1")) : "–";

const signed = (value, digits) => {
    const text = fixed(value, digits);
    return !Number.isFinite(value) ? "no value" : value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
};

const withUnits = (text, units) => units ? `${text} ${units}` : text;

function place(latitude, longitude) {
    const east = ((longitude + 180) % 360 + 360) % 360 - 180;
    const digits = value => Math.abs(value - Math.round(value * 10) / 10) < 1e-6 ? 1 : 2;
    return `${Math.abs(latitude).toFixed(digits(latitude))}° ${latitude < 0 ? "S" : "N"}, ${Math.abs(east).toFixed(digits(east))}° ${east < 0 ? "W" : "E"}`;
}

function section(id, title, ...children) {
    return element("section", { id, "aria-labelledby": `${id}-heading` }, element("h2", { id: `${id}-heading` }, title), ...children);
}

const identity = text => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
