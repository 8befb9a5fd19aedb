/** Whether this host has what `wideVectors` asks for. */
const major = Number.parseInt(process.versions.node, 10);
export const hasWideVectors = major >= 24 && process.arch === 'x64';
