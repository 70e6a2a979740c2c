// What the page carries: each block is unpacked when it is first looked at, and the last few are kept.

const packed = JSON.parse(document.getElementById("blocks").textContent);
const kept = new Map();
const mostKept = 200;

async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer();
}

async function unpackText(text) {
    return new TextDecoder().decode(await unpack(text));
}

async function block(number, read) {
    if (!kept.has(number)) {
        kept.set(number, unpack(packed[number]).then(read));
        if (kept.size > mostKept) {
            kept.delete(kept.keys().next().value);
        }
    }
    return kept.get(number);
}

const values = number => block(number, buffer => JSON.parse(new TextDecoder().decode(buffer)));

// Numbers as the differences of their 16-bit neighbours, upper bytes first; the lowest of all is a missing one.
const field = number => number === null ? null : block(number, buffer => {
    const step = new DataView(buffer).getFloat64(0, true);
    const bytes = new Uint8Array(buffer, 8);
    const count = bytes.length / 2;
    const result = new Float64Array(count);
    let sum = 0;
    for (let i = 0; i < count; i++) {
        sum = (sum + (bytes[i] << 8) + bytes[count + i]) << 16 >> 16;
        result[i] = sum === -32768 ? NaN : sum * step;
    }
    return result;
});
