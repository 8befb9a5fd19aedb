/** The session and its trainer, with frames from the test. */
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type ErrorCode, Network, WasmlpError } from 'wasmlp';
import { coachOf } from '../../../examples/playground/coach.js';
import { drawPoints } from '../../../examples/playground/datasets.js';
import { digits, percent } from '../../../examples/playground/numbers.js';
import { Session } from '../../../examples/playground/session.js';
import { DEFAULTS, networkOptions, type Settings, TUTORIAL } from '../../../examples/playground/settings.js';
import { turn, turns, until } from '../../support/event-loop.js';
import { fingerprint } from '../../support/networks.js';
import { expectCoded, thrownBy } from '../../support/refusals.js';

interface Stage {
  readonly session: Session;
  readonly said: string[];
  readonly errors: unknown[];
}

/** As of the built library, which the playground uses. */
const expectBuiltCoded = (error: unknown, code: ErrorCode, message: RegExp): void =>
  expectCoded(error, code, message, WasmlpError);

const readTable = () => readFile(new URL('../../../examples/data/digits.csv', import.meta.url), 'utf8');
const sessions: Session[] = [];

async function open(settings: Settings, table = readTable): Promise<Stage> {
  const said: string[] = [];
  const errors: unknown[] = [];
  const session = new Session(settings, table, {
    onChange: () => undefined,
    onSay: (text) => said.push(text),
    onError: (error) => errors.push(error),
  });
  session.trainer.background = false;
  sessions.push(session);
  await session.use(settings);
  return { session, said, errors };
}

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.pause()));
});

/** Runs frames until the training has reached an epoch. */
async function runTo({ trainer }: Session, epochs: () => number, wanted: number): Promise<void> {
  for (let frames = 0; epochs() < wanted; frames++) {
    if (frames > 50_000) throw new Error(`It stands still at epoch ${epochs()}.`);
    trainer.onFrame();
    await turn();
  }
}

describe('training', () => {
  test('gives the weights of one fit of as many epochs', async () => {
    const { session, errors } = await open(DEFAULTS);
    await session.start();
    await runTo(session, () => session.last?.epoch ?? 0, 12);
    await session.pause();
    const { training } = drawPoints('moons', DEFAULTS.seed);
    const twin = await Network.create(networkOptions(DEFAULTS));
    await twin.fit(training.inputs, training.targets, {
      epochs: session.network?.epochs ?? 0,
      batchSize: DEFAULTS.batch,
    });
    expect(twin.epochs).toBeGreaterThanOrEqual(12);
    expect(fingerprint(session.network as Network)).toBe(fingerprint(twin));
    expect(session.curve.points.map(({ epoch }) => epoch)).toEqual(
      Array.from({ length: twin.epochs }, (_, i) => i + 1),
    );
    expect(errors).toEqual([]);
  });

  test('takes an epoch each frame when steady, each twelfth when slow, and stands still without frames', async () => {
    const { session } = await open(DEFAULTS);
    await session.start();
    const epoch = (): number => session.last?.epoch ?? 0;
    /** Runs so many frames, and checks that they train exactly `epochs` more. */
    const train = async (frames: number, epochs: number): Promise<void> => {
      const wanted = epoch() + epochs;
      for (let frame = 0; frame < frames; frame++) {
        const before = epoch();
        session.trainer.onFrame();
        if (session.trainer.speed === 'steady') await until(() => epoch() > before);
      }
      await until(() => epoch() >= wanted);
      await turns(50);
      expect(epoch()).toBe(wanted);
    };
    await until(() => epoch() === 1);
    await train(5, 5);
    session.trainer.speed = 'slow';
    // In one frame of twelve.
    for (let count = 0; count < 3; count++) await train(12, 1);
  });

  test('continues over more epochs than one fit has', async () => {
    const { session } = await open(TUTORIAL);
    session.trainer.speed = 'fast';
    await session.start();
    await runTo(session, () => session.last?.epoch ?? 0, 2_100);
    await session.pause();
    expect(session.network?.epochs).toBe(session.last?.epoch);
  });

  test('pauses where it is, and says so', async () => {
    const { session, said } = await open(DEFAULTS);
    await session.start();
    await runTo(session, () => session.last?.epoch ?? 0, 3);
    await session.pause();
    expect(session.trainer.isRunning).toBe(false);
    const weights = fingerprint(session.network as Network);
    session.trainer.onFrame();
    await turns(50);
    expect(fingerprint(session.network as Network)).toBe(weights);
    expect(said).toEqual([
      'A new network, 2-4-2-1.',
      'Training.',
      expect.stringMatching(/^Paused\. Epoch \d+, training loss 0\.\d{4}, validation accuracy [\d.]+%\.$/),
    ]);
  });

  test('that diverges tells of it and stops', async () => {
    const { session, said, errors } = await open({
      ...DEFAULTS,
      activation: 'linear',
      optimizer: 'sgd',
      rate: 10,
      layers: [32, 32, 32],
    });
    await session.start();
    for (let i = 0; i < 50_000 && errors.length === 0; i++) {
      session.trainer.onFrame();
      await turn();
    }
    expectBuiltCoded(errors[0], 'ERR_DIVERGED', /^fit: the loss or a weight stopped being finite in epoch/);
    expect(session.trainer.isRunning).toBe(false);
    expect([session.isTraining, said.at(-1)]).toEqual([false, session.summary]);
  });
});

describe('a change of the settings', () => {
  test('while it trains starts anew and trains on', async () => {
    const { session, said } = await open(DEFAULTS);
    await session.start();
    await runTo(session, () => session.last?.epoch ?? 0, 3);
    const first = session.network as Network;
    await session.use({ ...DEFAULTS, layers: [4] });
    expectBuiltCoded(await thrownBy(() => first.predict([0, 0])), 'ERR_DISPOSED', /^predict/);
    expect(session.network?.layers.map(({ units }) => units)).toEqual([4, 1]);
    expect(said.at(-1)).toBe('A new network, 2-4-1, training.');
    expect(session.trainer.isRunning).toBe(true);
    await runTo(session, () => session.last?.epoch ?? 0, 2);
  });

  test.each([false, true])('of several in a row keeps the last, and trains on as before: %s', async (trains) => {
    const { session, errors } = await open(DEFAULTS);
    if (trains) await session.start();
    for (let gap = 0; gap < 20; gap++) {
      // Each time, the second one begins at another point of the first.
      const first = session.use({ ...DEFAULTS, layers: [4] });
      for (let turn = 0; turn < gap; turn++) await Promise.resolve();
      await Promise.all([first, session.use({ ...DEFAULTS, layers: [5] })]);
      expect(session.trainer.isRunning, `after ${gap} turns`).toBe(trains);
    }
    expect(session.network?.layers[0]?.units).toBe(5);
    expect(errors).toEqual([]);
  });

  test('while it trains, then a pause at once, ends at rest', async () => {
    const { session } = await open(DEFAULTS);
    await session.start();
    await Promise.all([session.use({ ...DEFAULTS, seed: 2 }), session.pause()]);
    expect(session.trainer.isRunning).toBe(false);
  });
});

test('steps take one sample after the other', async () => {
  const { session, said } = await open(TUTORIAL);
  const { training } = drawPoints('xor', TUTORIAL.seed);
  expect([session.isTrained, session.summary]).toEqual([false, 'Not trained yet.']);
  await session.step();
  expect([session.isTrained, said.at(-1)]).toEqual([
    true,
    expect.stringMatching(/^1 step, loss of the last sample 0\.\d{4}\.$/),
  ]);
  expect(session.sample).toEqual({ row: [...training.inputs.subarray(0, 2)], target: training.targets[0] });
  await session.step();
  expect(session.sample).toEqual({ row: [...training.inputs.subarray(2, 4)], target: training.targets[1] });
  expect(session.steps?.sample.target).toBe(training.targets[1]);
  expect(said.at(-1)).toMatch(/^2 steps, loss of the last sample 0\.\d{4}\.$/);
  await session.start();
  await runTo(session, () => session.last?.epoch ?? 0, 1);
  await session.pause();
  expect(session.summary).toMatch(/^Epoch \d+, training loss [^;]*$/);
  // They belonged to other weights.
  expect([session.steps, session.sample]).toEqual([undefined, undefined]);
  await session.step();
  expect(session.summary).toMatch(/^Epoch \d+, .*%; then 1 step, loss of the last sample 0\.\d{4}\.$/);
});

test('the digits are read and learned', async () => {
  const { session } = await open({ ...DEFAULTS, data: 'digits', layers: [16] });
  session.trainer.speed = 'fast';
  await session.start();
  await runTo(session, () => session.last?.epoch ?? 0, 12);
  expect(session.last?.validationAccuracy).toBeGreaterThan(0.9);
});

describe('a network of a file', () => {
  test('takes the place of the other, with its settings and the points of its seed', async () => {
    const { session, errors, said } = await open(DEFAULTS);
    const settings = {
      ...DEFAULTS,
      layers: [5],
      activation: 'relu',
      loss: 'squaredError',
      rate: 0.3,
      seed: 9,
    } as const;
    const stored = await Network.create(networkOptions(settings));
    expect(await session.load(() => Network.load(stored.save()))).toBe(true);
    expect(session.settings).toEqual(settings);
    expect(session.problem).toEqual(drawPoints('moons', 9));
    expect(fingerprint(session.network as Network)).toBe(fingerprint(stored));
    const { inputs, targets } = drawPoints('moons', 9).validation;
    const { loss, accuracy = 0 } = stored.evaluate(inputs, targets);
    expect(session.loaded).toEqual({ loss, accuracy });
    expect(session.summary).toBe(`As loaded: validation loss ${digits(loss)}, accuracy ${percent(accuracy)}.`);
    expect([session.isTrained, errors]).toEqual([true, []]);
    // A later refusal keeps it, and says so.
    await session.load(() => Network.load(new Uint8Array(3)));
    expect(said.at(-1)).toBe(session.summary);
    expect(session.summary).toMatch(/^As loaded: /);
    await session.use(DEFAULTS);
    expect([session.isTrained, session.summary]).toEqual([false, 'Not trained yet.']);
  });

  test('of a checkpoint has its number of epochs', async () => {
    const { session } = await open(DEFAULTS);
    const stored = await Network.create(networkOptions(TUTORIAL));
    await stored.fit([0, 0, 1, 1], [0, 1], { epochs: 7 });
    await session.load(() => Network.load(stored.saveCheckpoint()));
    expect(session.isTrained).toBe(true);
    expect(session.summary).toMatch(/^As loaded, epoch 7: validation loss \d\.\d{4}, accuracy [\d.]+%\.$/);
    await session.start();
    await runTo(session, () => session.last?.epoch ?? 0, 8);
    await session.pause();
    expect(session.curve.points[0]?.epoch).toBe(8);
    expect(session.summary).toMatch(/^Epoch \d+, training loss/);
  });

  test('of 2-2-1 has the numbers of its own loss and learning rate by hand', async () => {
    const { session } = await open(DEFAULTS);
    const settings = { ...TUTORIAL, loss: 'crossEntropy', rate: 0.25, seed: 4 } as const;
    const stored = await Network.create(networkOptions(settings));
    await session.load(() => Network.load(stored.save()));
    await session.step();
    const { pass, before, after, theirs } = session.steps ?? expect.unreachable();
    expect(pass.layers).toHaveLength(2);
    pass.layers.forEach(({ dWeights }, layer) => {
      dWeights.forEach((derivative, i) => {
        expect(derivative).toBeCloseTo(theirs[layer]?.weights[i] ?? Number.NaN, 5);
        const moved = (after[layer]?.weights[i] ?? 0) - (before[layer]?.weights[i] ?? 0);
        expect(moved).toBeCloseTo(-0.25 * derivative, 5);
      });
    });
  });

  test('that does not fit, or is not a network, changes nothing', async () => {
    const { session, errors } = await open(DEFAULTS);
    const before = session.network;
    const other = await Network.create({ inputs: 3, layers: [{ units: 1 }] });
    expect(await session.load(async () => other)).toBe(false);
    expect(await session.load(() => Network.load(new Uint8Array(3)))).toBe(false);
    expect(session.network).toBe(before);
    expect(session.settings).toEqual(DEFAULTS);
    expect(errors[0]).toMatchObject({ message: expect.stringContaining('The file holds a network 3-1') });
    expectBuiltCoded(errors[1], 'ERR_MODEL_FORMAT', /^load/);
    expect(() => other.predict([1, 2, 3])).toThrow(/disposed/);
  });

  test('that is refused while a new one is made does not count as loaded', async () => {
    const { session } = await open(DEFAULTS);
    const made = session.use({ ...DEFAULTS, seed: 8 });
    expect(await session.load(() => Network.load(new Uint8Array(3)))).toBe(false);
    await made;
    expect(session.loaded).toBeUndefined();
  });

  test('is dropped if settings are chosen while it is read', async () => {
    const { session } = await open(DEFAULTS);
    const stored = await Network.create(networkOptions(TUTORIAL));
    let read: (network: Network) => void = () => undefined;
    const reading = new Promise<Network>((resolve) => {
      read = resolve;
    });
    const loading = session.load(() => reading);
    const chosen = { ...DEFAULTS, activation: 'relu' } as const;
    const made = session.use(chosen);
    read(stored);
    expect(await loading).toBe(false);
    await made;
    expect(session.settings).toBe(chosen);
    expect(session.network?.layers[0]?.activation).toBe('relu');
    expect(() => stored.predict([1, 2])).toThrow(/disposed/);
  });
});

describe('a step back', () => {
  test.each(['adam', 'sgd'] as const)('with %s gives the network before the step, bit for bit', async (optimizer) => {
    const { session, said } = await open({ ...DEFAULTS, optimizer });
    const prints = [fingerprint(session.network as Network)];
    for (let i = 0; i < 3; i++) {
      await session.step();
      prints.push(fingerprint(session.network as Network));
    }
    for (let i = 2; i >= 0; i--) {
      await session.stepBack();
      expect(fingerprint(session.network as Network)).toBe(prints[i]);
    }
    expect([session.canStepBack, session.steps, session.isTrained]).toEqual([false, undefined, false]);
    await session.stepBack();
    expect(said.at(-1)).toBe('There is no step to take back.');
    // The same samples again give the same steps, whatever the optimizer keeps.
    for (let i = 1; i <= 3; i++) {
      await session.step();
      expect(fingerprint(session.network as Network)).toBe(prints[i]);
    }
  });
});

test('of many steps the last 200 can be taken back, and the page says where that ends', async () => {
  const { session, said } = await open(DEFAULTS);
  for (let i = 0; i < 202; i++) await session.step();
  for (let i = 0; i < 199; i++) await session.stepBack();
  expect(said.at(-1)).toMatch(/^One step back\. 3 steps, loss of the last sample [\d.e−]+\.$/);
  await session.stepBack();
  expect(said.at(-1)).toMatch(
    /^One step back\. 2 steps, .*\. Further back the page keeps nothing: 200 steps at most\.$/,
  );
  expect(session.canStepBack).toBe(false);
  await session.step();
  session.use(DEFAULTS);
  await session.step();
  await session.stepBack();
  expect(said.at(-1)).toBe('One step back. Not trained yet.');
});

describe('while it trains', () => {
  test('another rate and batch size take hold of the same network', async () => {
    const { session } = await open(DEFAULTS);
    await session.start();
    await runTo(session, () => session.last?.epoch ?? 0, 3);
    const { network } = session;
    await session.adjust({ ...DEFAULTS, rate: 0.1, batch: 64 });
    const epoch = session.last?.epoch ?? 0;
    await runTo(session, () => session.last?.epoch ?? 0, epoch + 2);
    expect(session.network).toBe(network);
    expect(session.last?.learningRate).toBe(0.1);
    expect([session.isTraining, session.curve.points[0]?.epoch]).toEqual([true, 1]);
  });

  test('a weight that is edited is in the network', async () => {
    const { session } = await open(TUTORIAL);
    await session.start();
    await session.edit(1, ({ weights, biases }) => {
      weights[1] = -3;
      biases[0] = 0.5;
    });
    await session.pause();
    expect(session.isTrained).toBe(true);
    await session.edit(1, ({ weights }) => {
      weights[1] = -3;
    });
    expect(session.network?.getParameters(1).weights[1]).toBe(-3);
  });

  test('other points are learned by the same network', async () => {
    const { session } = await open(DEFAULTS);
    const { network } = session;
    const points = { inputs: Float32Array.of(0, 0, 1, 1, -1, 1, 1, -1), targets: Uint8Array.of(0, 1, 0, 1) };
    session.source.setOwn('own', { points });
    await session.start();
    await session.repoint({ ...DEFAULTS, data: 'own' });
    expect(session.network).toBe(network);
    expect(session.problem?.training.targets).toHaveLength(3);
    await runTo(session, () => session.last?.epoch ?? 0, 2);
  });

  test('a fast fit tells of every epoch, in order, and the curves before stay as ghosts, at most three', async () => {
    const { session } = await open(DEFAULTS);
    session.trainer.speed = 'fast';
    for (let round = 0; round < 5; round++) {
      await session.start();
      await runTo(session, () => session.last?.epoch ?? 0, 30);
      await session.pause();
      const epochs = session.curve.points.map(({ epoch }) => epoch);
      expect(epochs.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
      await session.use({ ...DEFAULTS, seed: round });
    }
    expect(session.ghosts).toHaveLength(3);
    expect(session.curve.points).toEqual([]);
    // Losses by another rule, or of other data, are no measure.
    await session.use({ ...DEFAULTS, loss: 'squaredError' });
    expect(session.ghosts).toEqual([]);
  });

  test('the coach names the cause of a straight line, praises what is learned, and knows digits', async () => {
    const { session } = await open({ ...DEFAULTS, data: 'xor', layers: [] });
    await session.start();
    await runTo(session, () => session.last?.epoch ?? 0, 70);
    await session.pause();
    // Whatever fit noticed, no rate and no number of epochs would mend this.
    const straight = 'Without a bend, the boundary is a straight line. ';
    expect(coachOf(session)).toBe(`${straight}Add a hidden layer with tanh, or extra inputs.`);
    const settled = { ...DEFAULTS, activation: 'linear' } as const;
    expect(coachOf({ ...session, settled, hints: [], isTrained: true })).toBe(
      `${straight}Choose tanh, or extra inputs.`,
    );
    const last = { ...session.last, epoch: 40, loss: 0.1, validationAccuracy: 0.9999 } as NonNullable<
      typeof session.last
    >;
    const learned = { hints: [], settled: DEFAULTS, last, isTrained: true };
    // Not rounded up: 100% would be untrue.
    expect(coachOf(learned)).toMatch(/^It answers 99\.9% of new points right\. Now try /);
    expect(coachOf(learned, { text: 'Challenge', keeps: () => true })).toBe('Challenge');
    expect(coachOf({ ...learned, settled: { ...DEFAULTS, data: 'digits', layers: [] } })).toBe(
      'It reads 99.9% of new digits right. Draw one on the sheet.',
    );
    const poor = { ...last, validationAccuracy: 0.9 };
    expect(coachOf({ ...learned, last: poor, settled: { ...DEFAULTS, data: 'digits', layers: [] } })).toBe('');
    // No units where there is no layer, and a word also where nothing was noticed.
    const flat = { ...DEFAULTS, data: 'hills', layers: [] } as const;
    const { validationAccuracy: _, ...values } = last;
    const hints = [{ code: 'CONSTANT_OUTPUT', message: '' } as const];
    expect(coachOf({ hints, settled: flat, last: values, isTrained: true })).toBe(
      'The network answers nearly the same everywhere. Give it a hidden layer, more epochs, or a larger learning rate.',
    );
    const all = ['x1x1', 'x2x2', 'x1x2', 'sinx1', 'sinx2'] as const;
    const spirals = { ...DEFAULTS, data: 'spirals', layers: [], extra: all } as const;
    expect(coachOf({ ...learned, last: poor, settled: spirals })).toBe(
      'These inputs alone do not tell the classes apart. Add a hidden layer with tanh.',
    );
    const one = { ...DEFAULTS, layers: [1] };
    expect(coachOf({ ...learned, settled: one })).toMatch(/Now try more noise, or spirals\.$/);
  });

  test('what the fit noticed is there to be told', async () => {
    const { session } = await open({ ...DEFAULTS, layers: [16, 16], rate: 5 });
    await session.start();
    await runTo(session, () => session.last?.epoch ?? 0, 70);
    expect(session.hints.map(({ code }) => code)).toContain('SATURATED_UNITS');
    expect(coachOf(session)).toMatch(/^Most units are at an end of their range/);
    await session.use(DEFAULTS);
    expect(coachOf(session)).toBe('Press Start: the plane takes the colours of its points.');
  });
});

test('values are learned, and have no accuracy', async () => {
  const { session } = await open({ ...DEFAULTS, data: 'plane' });
  await session.start();
  await runTo(session, () => session.last?.epoch ?? 0, 40);
  await session.pause();
  expect(session.last?.validationLoss).toBeLessThan(0.1);
  expect(session.summary).toMatch(/^Epoch \d+, training loss [\d.e−]+, validation loss [\d.e−]+\.$/);
  await session.step();
  expect(session.steps?.pass.loss).toBeGreaterThanOrEqual(0);
});

describe('data that cannot be read', () => {
  const lost = async (): Promise<string> => {
    throw new Error('lost');
  };
  const digitsOf = (settings: Settings): Settings => ({ ...settings, data: 'digits' });

  test('leave the network and its settings', async () => {
    const { session, errors } = await open(DEFAULTS, lost);
    const { network } = session;
    await session.use(digitsOf(DEFAULTS));
    expect(session.network).toBe(network);
    expect(session.settings).toBe(DEFAULTS);
    expect(errors).toEqual([new Error('lost')]);
  });

  test('leave a page without a network at rest', async () => {
    const { session, errors, said } = await open(digitsOf(DEFAULTS), lost);
    await session.start();
    expect(session.isTraining).toBe(false);
    expect(errors).toEqual([new Error('lost'), new Error('There is no network to train yet: choose other data.')]);
    expect(said).not.toContain('Training.');
    await session.use(DEFAULTS);
    await session.start();
    expect(session.isTraining).toBe(true);
  });
});
