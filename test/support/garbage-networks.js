/** Creates networks that hold a megabyte each, keeps none, disposes of none, and only awaits promises. Prints what memory that took. */
import { Network } from 'wasmlp';

const count = Number(process.argv[2]);
/** 256 rows of 1000 numbers: a pass of a megabyte. */
const rows = new Float32Array(256 * 1000);
/** @type {WebAssembly.Memory | undefined} */
let memory;
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (pages) {
  memory = this;
  return grow.call(this, pages);
};
for (let i = 0; i < count; i++) {
  const network = await Network.create({ inputs: 1000, layers: [{ units: 1 }], seed: i, engine: 'wasm' });
  network.predict(rows);
}
console.log(`${count} networks in ${Math.ceil((memory?.buffer.byteLength ?? 0) / 2 ** 20)} MiB`);
