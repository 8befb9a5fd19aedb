/** Trains one network with one thread and with as many as pay, in turns, and shows how fast each was and that they end with the same weights. */
import { Network } from 'wasmlp';

const SAMPLES = 2000;
const EPOCHS = 10;
const TURNS = 3;

const element = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const button = /** @type {HTMLButtonElement} */ (element('train'));
const progress = /** @type {HTMLProgressElement} */ (element('progress'));

const inputs = Float32Array.from({ length: SAMPLES * 784 }, (_, i) => ((i * 37) % 101) / 101);
const classes = Uint8Array.from({ length: SAMPLES }, (_, i) => (i * 7) % 10);

/** @param {number | 'auto'} threads */
function createNetwork(threads) {
  const layers = [{ units: 128 }, { units: 10, activation: /** @type {const} */ ('softmax') }];
  return Network.create({ inputs: 784, layers, seed: 1, threads });
}

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function train() {
  button.disabled = true;
  // In a page without the two headers, 'auto' is one thread, and a number above 1 is refused.
  const networks = [await createNetwork(1), await createNetwork('auto')];
  const speeds = networks.map(() => /** @type {number[]} */ ([]));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, network] of networks.entries()) {
      const { seconds } = await network.fit(inputs, classes, {
        epochs: EPOCHS,
        // Several threads train in workers by themselves. One does so if it is asked to.
        background: true,
        onProgress: ({ fraction }) => {
          progress.value = (turn * networks.length + i + fraction) / (TURNS * networks.length);
        },
      });
      speeds[i]?.push((EPOCHS * SAMPLES) / seconds);
    }
  }
  const medians = speeds.map(median);
  element('speeds').replaceChildren(
    ...networks.map(({ engine }, i) => {
      const row = document.createElement('tr');
      const speed = medians[i] ?? Number.NaN;
      const ratio = speed / (medians[0] ?? Number.NaN);
      for (const text of [String(engine.threads), Math.round(speed).toLocaleString('en-US'), ratio.toFixed(2)]) {
        row.insertCell().textContent = text;
      }
      return row;
    }),
  );
  const [one = '', all = ''] = networks.map((network) => String(network.save()));
  element('bits').textContent =
    one === all ? 'The same weights, bit for bit.' : 'The weights differ: please report this.';
  button.disabled = false;
}

element('host').textContent = crossOriginIsolated
  ? `This page may share memory between threads, and the machine has ${navigator.hardwareConcurrency} cores.`
  : 'This page may not share memory between threads: its server does not send the two headers.';
button.onclick = () => void train();
button.disabled = false;
