// Cells, their places and their neighbours.

async function openGrid(grid) {
    const [latitudes, longitudes, coasts] = await Promise.all([grid.isProjected ? field(grid.latitudes) : values(grid.latitudes), grid.isProjected ? field(grid.longitudes) : values(grid.longitudes), values(grid.coasts)]);
    const { height, width, columns } = grid;
    // The library wants rows from the bottom.
    const rows = Array.from({ length: height }, (_, r) => height - 1 - r);
    return {
        ...grid,
        latitude: cell => grid.isProjected ? latitudes[cell] : latitudes[Math.floor(cell / width)],
        longitude: cell => grid.isProjected ? longitudes[cell] : longitudes[cell % width],
        edgesX: grid.x,
        edgesY: [...grid.y].reverse(),
        matrix: of => rows.map(r => columns.map(c => of(r * width + c))),
        // Of a point of the matrix, and back.
        cellOf: (row, column) => rows[row] * width + columns[column],
        pointOf: cell => [height - 1 - Math.floor(cell / width), Math.max(columns.indexOf(cell % width), 0)],
        middleOf(cell) {
            const [row, column] = this.pointOf(cell);
            const x = (this.edgesX[column] + this.edgesX[column + 1]) / 2;
            return [x < grid.left ? x + 360 : x, (this.edgesY[row] + this.edgesY[row + 1]) / 2];
        },
        step(cell, down, right) {
            const row = Math.min(Math.max(Math.floor(cell / width) + down, 0), height - 1);
            const goesRound = columns.length > width;
            const column = cell % width + right;
            return row * width + (goesRound ? (column + width) % width : Math.min(Math.max(column, 0), width - 1));
        },
        coast: {
            x: coasts.flatMap(line => [...line.filter((_, i) => i % 2 === 0), null]),
            y: coasts.flatMap(line => [...line.filter((_, i) => i % 2 === 1), null]),
        },
    };
}
