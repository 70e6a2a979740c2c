// Looks at a page as a person does: opens it in the system's Chromium, does what it is told on stdin, and says on stdout what is to be seen.
// node look.mjs CHROMIUM PAGE WIDTH HEIGHT; stdin: a JSON array of steps, each [what, …]; stdout: a JSON object.

import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [chromiumPath, page, width, height] = process.argv.slice(2);
const steps = JSON.parse(readFileSync(0, "utf8"));
const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
const seen = { complaints: [], requests: [], answers: [] };
try {
    const tab = await browser.newPage({ viewport: { width: Number(width), height: Number(height) } });
    tab.on("console", message => ["error", "warning"].includes(message.type()) && seen.complaints.push(message.text()));
    tab.on("pageerror", error => seen.complaints.push(String(error)));
    tab.on("dialog", dialog => {
        seen.complaints.push(`dialog: ${dialog.message()}`);
        return dialog.dismiss();
    });
    tab.on("request", request => /^(file|data|blob):/.test(request.url()) || seen.requests.push(request.url()));
    await tab.goto(`file://${page}`);
    await tab.waitForSelector("body[data-ready=yes]", { timeout: 60000 });

    const does = {
        text: selector => tab.textContent(selector),
        texts: selector => tab.$$eval(selector, all => all.map(one => one.textContent)),
        attribute: (selector, name) => tab.getAttribute(selector, name),
        attributes: (selector, name) => tab.$$eval(selector, (all, of) => all.map(one => one.getAttribute(of)), name),
        count: selector => tab.locator(selector).count(),
        click: async selector => void await tab.click(selector),
        fill: async (selector, text) => void await tab.fill(selector, text),
        choose: async (selector, value) => void await tab.selectOption(selector, value),
        focus: async selector => void await tab.focus(selector),
        press: async (key, times = 1) => {
            for (let i = 0; i < times; i++) {
                await tab.keyboard.press(key);
            }
        },
        focused: () => tab.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent),
        // Waits for what is drawn: date/variable/left/right.
        drawn: async what => void await tab.waitForSelector(`body[data-drawn="${what}"]`, { timeout: 20000 }),
        // Until an element says something with these words.
        says: async (selector, words) => {
            await tab.waitForFunction(([of, text]) => document.querySelector(of)?.textContent.includes(text), [selector, words], { timeout: 20000 });
            return tab.textContent(selector);
        },
        // Points at a place of a map, in its coordinates, and says where on the screen that is.
        point: async (map, x, y) => {
            const drawing = tab.locator(".map .drawing").nth(map);
            await drawing.scrollIntoViewIfNeeded();
            const at = await drawing.evaluate((plot, [mapX, mapY]) => {
                const { xaxis, yaxis } = plot._fullLayout;
                const box = plot.getBoundingClientRect();
                return [box.left + xaxis._offset + xaxis.l2p(mapX), box.top + yaxis._offset + yaxis.l2p(mapY)];
            }, [x, y]);
            const texts = drawing.locator(".hovertext");
            // The answer comes when the page has nothing else to do.
            for (let i = 0; i < 40; i++) {
                await tab.mouse.move(at[0] - (i % 2), at[1] - 1);
                await tab.mouse.move(at[0], at[1]);
                await tab.waitForTimeout(200);
                if (await texts.count() > 0) {
                    break;
                }
            }
            return texts.allTextContents();
        },
        colours: (map, trace) => tab.locator(".map .drawing").nth(map).evaluate((plot, i) => plot._fullData[i].colorscale?.map(([, colour]) => colour), trace),
        background: map => tab.locator(".map .drawing").nth(map).evaluate(plot => plot._fullLayout.plot_bgcolor),
        missing: map => tab.locator(".map .drawing").nth(map).evaluate(plot => plot._fullData[0].z.flat().filter(value => value === null).length),
        overflow: () => tab.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        global: name => tab.evaluate(of => typeof globalThis[of], name),
        picture: async path => void await tab.screenshot({ path, fullPage: true }),
    };
    for (const [what, ...how] of steps) {
        seen.answers.push(await does[what](...how) ?? null);
    }
} finally {
    await browser.close();
}
console.log(JSON.stringify(seen));
