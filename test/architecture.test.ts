/** The shape of src/, read from its import statements: dependencies run one way, and forbidden code does not appear. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Source {
  /** The path from the root, with forward slashes: `src/data/samples.ts`. */
  readonly file: string;
  readonly text: string;
  /** The code without comments. */
  readonly code: string;
  /** The paths of files from the root, or names of packages. */
  readonly imports: readonly string[];
}

function sourcesOf(folder: string): Source[] {
  const names = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /(?<!\.d)\.ts$/.test(name) && !name.includes('generated'))
    .map((name) => {
      const file = path.posix.join(folder, name.split(path.sep).join('/'));
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
      return { file, text, code, imports: importsOf(file, code) };
    });
}

function importsOf(file: string, code: string): string[] {
  const found = code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"]+)\1/g);
  return [...found].map(([, , name]) => {
    const target = name as string;
    if (!target.startsWith('.')) return target;
    const found = path.posix.join(path.posix.dirname(file), target).replace(/\.js$/, '.ts');
    // AssemblyScript names files without an ending.
    return file.startsWith('assembly/') ? `${found}.ts` : found;
  });
}

const SRC = sourcesOf('src');
const ASSEMBLY = sourcesOf('assembly');
const importers = (matches: (name: string) => boolean): string[] =>
  SRC.filter(({ imports }) => imports.some(matches)).map(({ file }) => file);

/** The entry points, each with its kernels, and the file with their other exports. */
const ENTRY = /^src\/(index|browser|react-native|edge|edge-light|workerd|slim|report|api)\.ts$/;

/** A file may import from its own layer and those after it. */
const LAYERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['the command, which imports the package by its name', /^src\/cli\//],
  ["files and data, by Node's modules", /^src\/node\//],
  ['searches on many machines', /^src\/cluster\//],
  ['searches, which use networks as programs do', /^src\/search\//],
  ['CSV, for every host', /^src\/csv\//],
  ['entry points', ENTRY],
  ['network and worker', /^src\/((network|worker)\.ts|network\/)/],
  ['a kernel that the host compiles', /^src\/kernel\.wasm(\?module)?$/],
  ['model files', /^src\/formats\//],
  ['training', /^src\/training\//],
  ['model', /^src\/model\//],
  ['data', /^src\/data\//],
  ['report, which knows numbers alone', /^src\/report\//],
  ['rows of tables, as numbers', /^src\/columns\/(?!types|cells|spec|saved|resolve)/],
  ['choice of the engine', /^src\/engine\/select\.ts$/],
  ['engines', /^src\/engine\/(wasm|js)\//],
  ['engine interface', /^src\/engine\/engine\.ts$/],
  ['options, among them columns', /^src\/(options\/|columns\/(types|cells|spec|saved|resolve)\.ts)/],
  ['foundation, which uses nothing', /^src\/foundation\//],
  ['contract with the kernel', /^assembly\/abi\.ts$/],
];

/** The same in the kernel. Records know the layout of panels, kernels know no record. */
const KERNEL_LAYERS: readonly RegExp[] = [
  /^assembly\/(index|kernels|threads)\.ts$/,
  /^assembly\/train\//,
  /^assembly\/records\.ts$/,
  /^assembly\/kernels\//,
  /^assembly\/abi\.ts$/,
];

function kernelLayerOf(file: string): number {
  return KERNEL_LAYERS.findIndex((pattern) => pattern.test(file));
}

/** Lines that a file may have, so that it fits one head. */
const MAX_LINES = 320;

function layerOf(file: string): number {
  return LAYERS.findIndex(([, pattern]) => pattern.test(file));
}

describe('imports', () => {
  it('are found', () => {
    expect(SRC.length).toBeGreaterThan(20);
    expect(SRC.find(({ file }) => file === 'src/model/model.ts')?.imports).toContain('src/engine/select.ts');
    expect(SRC.find(({ file }) => file === 'src/engine/wasm/loader.ts')?.imports).toContain('@assemblyscript/loader');
    expect(SRC.find(({ file }) => file === 'src/index.ts')?.imports).toContain(
      'src/engine/wasm/generated/kernel-simd.ts',
    );
  });

  it.each(SRC.map((source) => [source.file, source] as const))('of %s run one way', (file, { imports }) => {
    expect(layerOf(file), 'the file belongs to a layer').toBeGreaterThanOrEqual(0);
    for (const name of imports.filter((target) => /^(src|assembly)\//.test(target))) {
      const layer = layerOf(name);
      expect(layer, `${name} belongs to a layer`).toBeGreaterThanOrEqual(0);
      expect(layer, `${file} imports ${name}`).toBeGreaterThanOrEqual(layerOf(file));
    }
  });

  it.each(ASSEMBLY.map((source) => [source.file, source] as const))('of %s run one way', (file, { imports }) => {
    const layer = kernelLayerOf(file);
    expect(layer, 'the file belongs to a layer').toBeGreaterThanOrEqual(0);
    for (const name of imports) expect(kernelLayerOf(name), `${file} imports ${name}`).toBeGreaterThanOrEqual(layer);
  });

  it.each([
    ['src/', SRC],
    ['assembly/', ASSEMBLY],
  ] as const)('in %s have no circles', (_, sources) => {
    const bySource = new Map(sources.map(({ file, imports }) => [file, imports]));
    const done = new Set<string>();
    const visit = (file: string, above: readonly string[]): void => {
      expect(above, `a circle: ${[...above, file].join(' -> ')}`).not.toContain(file);
      if (done.has(file)) return;
      for (const next of bySource.get(file) ?? []) visit(next, [...above, file]);
      done.add(file);
    };
    for (const { file } of sources) visit(file, []);
  });

  it('of one engine never reach the other', () => {
    const crossing = SRC.flatMap(({ file, imports }) => imports.map((name) => `${file} ${name}`)).filter((edge) =>
      /engine\/wasm\/.* src\/engine\/js\/|engine\/js\/.* src\/engine\/wasm\//.test(edge),
    );
    expect(crossing).toEqual([]);
  });

  it('of network.ts are only in the entry points, of index.ts only in rooms that use networks as programs do, of src/node/ only there', () => {
    const outside = importers((name) => name === 'src/network.ts').filter((file) => !file.startsWith('src/node/'));
    // The worker of searches takes the kernels of the thread that started it.
    expect(outside.filter((file) => !ENTRY.test(file))).toEqual(['src/search/pool/worker.ts']);
    for (const file of importers((name) => name === 'src/index.ts'))
      expect(file).toMatch(/^src\/(node\/load-file\.ts$|search\/|cluster\/)/);
    const ofNode = importers((name) => name.startsWith('src/node/'));
    // The command streams files without a record for each row.
    expect(ofNode.filter((file) => !file.startsWith('src/node/'))).toEqual(['src/cli/predict.ts']);
  });

  it('of engines are only in select.ts, except kernels, which the entry points import', () => {
    const outside = SRC.filter(({ file }) => !/^src\/engine\/(wasm|js)\//.test(file) && !ENTRY.test(file));
    const engines = outside.filter(({ imports }) => imports.some((name) => /^src\/engine\/(wasm|js)\//.test(name)));
    // Workers get their kernels from the thread that started them, and searches send them.
    const others = engines.map(({ file }) => file).filter((file) => !file.startsWith('src/search/pool/'));
    expect(others).toEqual(['src/worker.ts', 'src/engine/select.ts']);
    const brought = SRC.filter(({ file }) => ENTRY.test(file)).flatMap(({ imports }) => imports);
    for (const name of brought.filter((target) => target.startsWith('src/engine/') && !target.endsWith('/engine.ts'))) {
      expect(name).toMatch(/^src\/engine\/wasm\/(kernel|embedded|identity|host-module|generated\/kernel-\w+)\.ts$/);
    }
  });

  it('from assembly/ are only of abi.ts, and only in the WebAssembly engine', () => {
    const fromAssembly = SRC.flatMap(({ imports }) => imports).filter((name) => name.startsWith('assembly/'));
    expect(new Set(fromAssembly)).toEqual(new Set(['assembly/abi.ts']));
    for (const file of importers((name) => name.startsWith('assembly/'))) expect(file).toMatch(/^src\/engine\/wasm\//);
  });

  it('in src/csv/ are of cells and foundation alone, and only src/node/ and the command import it', () => {
    const ofCsv = SRC.filter(({ file }) => file.startsWith('src/csv/'));
    expect(ofCsv.length).toBeGreaterThan(5);
    for (const name of ofCsv.flatMap(({ imports }) => imports)) {
      expect(name).toMatch(/^src\/(csv\/|foundation\/|columns\/(cells|notations|types)\.ts$)/);
    }
    const outside = importers((name) => name.startsWith('src/csv/')).filter((file) => !file.startsWith('src/csv/'));
    for (const file of outside)
      expect(file).toMatch(/^src\/node\/csv\/|^src\/node\/index\.ts$|^src\/cli\/predict\.ts$/);
  });

  it('of assembly/ stay in assembly/', () => {
    expect(ASSEMBLY.length).toBeGreaterThan(5);
    const imports = ASSEMBLY.flatMap((source) => source.imports);
    expect(imports.filter((name) => name.startsWith('src/'))).toEqual([]);
    expect(ASSEMBLY.find(({ file }) => file === 'assembly/abi.ts')?.imports).toEqual([]);
  });

  it('of packages are only: the loader; in src/node/ Node; in the command Node and this package; in src/cluster/ Node and the queue; in the ONNX reader protocol buffers', () => {
    const packagesOf = (isWanted: (file: string) => boolean): Set<string> =>
      new Set(
        SRC.filter(({ file }) => isWanted(file))
          .flatMap(({ imports }) => imports)
          .filter((name) => !/^(src|assembly)\//.test(name)),
      );
    const isNode = (file: string): boolean => file.startsWith('src/node/');
    const isDecoder = (file: string): boolean => file === 'src/formats/onnx/protobuf.ts';
    const isCommand = (file: string): boolean => file.startsWith('src/cli/');
    const isCluster = (file: string): boolean => file.startsWith('src/cluster/');
    const isOther = (file: string): boolean =>
      !isNode(file) && !isCommand(file) && !isCluster(file) && !isDecoder(file);
    expect(packagesOf(isOther)).toEqual(new Set(['@assemblyscript/loader']));
    for (const name of packagesOf(isCommand))
      expect(name).toMatch(/^node:|^wasmlp(\/(cluster|csv|node|report|search))?$/);
    for (const name of packagesOf(isCluster)) expect(name).toMatch(/^node:|^(bullmq|ioredis|pg)$/);
    expect(packagesOf(isDecoder)).toEqual(new Set(['@bufbuild/protobuf/wire']));
    expect([...packagesOf(isNode)].filter((name) => !name.startsWith('node:'))).toEqual([]);
    const manifest: { dependencies: object; scripts: object } = JSON.parse(
      readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
    );
    const packages = ['@assemblyscript/loader', '@bufbuild/protobuf'];
    expect(Object.keys(manifest.dependencies)).toEqual(packages);
    for (const hook of ['preinstall', 'install', 'postinstall']) expect(manifest.scripts).not.toHaveProperty(hook);
  });
});

/** Scripts in dist/, by name. */
const BUILT = new Map(
  readdirSync(path.join(ROOT, 'dist'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => [name, readFileSync(path.join(ROOT, 'dist', name), 'utf8')] as const),
);

/** The built files, packages and kernel.wasm that a built file imports, by a statement or by import(). */
function importsOfBuilt(name: string, kind: 'static' | 'dynamic'): string[] {
  const pattern =
    kind === 'static'
      ? /(?:^|[;}])\s*(?:import|export)\b(?:[^'"`;()]*\bfrom)?\s*(['"`])([^'"`]+)\1/gm
      : /\bimport\(\s*(['"`])([^'"`]+)\1\s*\)/g;
  return [...(BUILT.get(name) as string).matchAll(pattern)].map(([, , target]) => target as string);
}

/** The names of the built files that load with one. */
function loadedWith(name: string, loaded = new Set<string>()): Set<string> {
  loaded.add(name);
  for (const target of importsOfBuilt(name, 'static')) {
    const next = target.replace('./', '');
    if (BUILT.has(next) && !loaded.has(next)) loadedWith(next, loaded);
  }
  return loaded;
}

describe('what is built', () => {
  const scripts = [...BUILT.keys()];
  const decoders = scripts.filter((name) => importsOfBuilt(name, 'static').includes('@bufbuild/protobuf/wire'));

  it.each(scripts)('as %s imports files next to it, and no package except the loader', (name) => {
    const imported = [...importsOfBuilt(name, 'static'), ...importsOfBuilt(name, 'dynamic')];
    const others = imported.filter((target) => !BUILT.has(target.replace('./', '')));
    const allowed = [/^@assemblyscript\/loader$/];
    if (decoders.includes(name)) allowed.push(/^@bufbuild\/protobuf\/wire$/);
    if (name === 'node.js') allowed.push(/^node:/);
    if (name === 'cli.js') allowed.push(/^node:/, /^wasmlp(\/(cluster|csv|node|report|search))?$/);
    if (name === 'cluster.js') allowed.push(/^node:/, /^(bullmq|ioredis|pg)$/);
    if (name === 'workerd.js') allowed.push(/^\.\/kernel\.wasm$/);
    if (name === 'edge-light.js') allowed.push(/^\.\/kernel\.wasm\?module$/);
    for (const target of others)
      expect(
        allowed.some((pattern) => pattern.test(target)),
        target,
      ).toBe(true);
  });

  it('loads the reader of ONNX, and with it protocol buffers, when it is asked for', () => {
    expect(decoders).toHaveLength(1);
    const [decoder = ''] = decoders;
    for (const name of scripts) if (name !== decoder) expect(loadedWith(name)).not.toContain(decoder);
    expect(scripts.some((name) => importsOfBuilt(name, 'dynamic').includes(`./${decoder}`))).toBe(true);
  });

  it("only as node.js imports Node's modules", () => {
    expect(importsOfBuilt('node.js', 'static')).toContain('node:fs/promises');
    for (const name of scripts) if (name !== 'node.js') expect(loadedWith(name)).not.toContain('node.js');
  });

  it('as slim.js and for the edge contains no kernel as text', () => {
    for (const name of ['slim.js', 'workerd.js', 'edge-light.js']) {
      const dynamic = [...loadedWith(name)].flatMap((file) => importsOfBuilt(file, 'dynamic'));
      expect(dynamic.filter((target) => target.includes('kernel'))).toEqual([]);
    }
    expect(importsOfBuilt('index.js', 'dynamic').filter((target) => target.includes('kernel'))).toHaveLength(5);
  });

  it.each(['browser.js', 'browser-csv.js', 'react-native.js', 'worker.js'])('as %s has everything in it', (name) => {
    expect([...importsOfBuilt(name, 'static'), ...importsOfBuilt(name, 'dynamic')]).toEqual([]);
  });

  it('as node.js has the same classes as index.js', async () => {
    const [{ Network, WasmlpError }, node] = await Promise.all([import('wasmlp'), import('wasmlp/node')]);
    const network = await Network.create({ inputs: 1, layers: [{ units: 1 }], engine: 'js' });
    await expect(node.saveFile(network, path.join(ROOT, 'none/none'))).rejects.toBeInstanceOf(WasmlpError);
  });
});

/** The text that it writes only predicts, and touches no weights: it may use the host's exponential. */
const PREDICTS_ELSEWHERE = 'src/formats/module/write-module.ts';
/** Figures about a network, which change no weight. */
const JUDGES = 'src/report/';

describe.each(SRC.filter(({ file }) => file !== PREDICTS_ELSEWHERE && !file.startsWith(JUDGES)))(
  '$file',
  ({ code }) => {
    it('uses no arithmetic that differs between engines', () => {
      expect(code).not.toMatch(
        /\bMath\s*(\.|\[\s*['"])\s*(random|exp|expm1|log|log2|log10|log1p|tanh|sinh|cosh|pow|cos|sin|tan|atan|cbrt|hypot)\b/,
      );
      expect(code).not.toMatch(/\{[^}]*\b(exp|log|tanh|pow|random)\b[^}]*\}\s*=\s*Math\b/);
    });
  },
);

/** Files that allocate by themselves: the helpers, tables made at import time, and the text of a module, which has no library. */
const ALLOCATES = [
  'src/foundation/memory.ts',
  'src/foundation/more-memory.ts',
  'src/foundation/math.ts',
  PREDICTS_ELSEWHERE,
  'src/formats/module/columns.ts',
];
/** Looks at memory that there is: of a buffer, or of a part of one. */
const VIEW = /^(?:[\w.#]*[bB]uffer\b.*|section|\w+ as ArrayBuffer|given|Uint16Array\.of\(1)$/;

/** Allocations of numbers that would fail with the host's own error. Texts and plain arrays are cut by names that are not these. */
function rawAllocations(code: string): string[] {
  const made = [
    ...code.matchAll(/\bnew (?:(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array|(?:Shared)?ArrayBuffer)\(([^)]*)/g),
  ];
  const within = code.matchAll(/withinMemory\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g);
  const spans = [...within].map(({ index, 0: text }) => [index, index + text.length] as const);
  const outside = made.filter(
    ({ index, 1: from }) =>
      !VIEW.test((from as string).split(',')[0] as string) &&
      !spans.some(([start, end]) => index > start && index < end),
  );
  const copied =
    /\.slice\(\)|\b(?:\w*[bB]ytes|values|data|floats|\w*[wW]eights|\w*[bB]iases|inputs|targets|numbers|order)\??\.slice\(/g;
  const from = /\b(?:Int|Uint|Float)\d+Array\.(?:from|of)\((?!1\)|…)/g;
  return [...outside, ...code.matchAll(copied), ...code.matchAll(from)].map(([text]) => text);
}

it('allocations are found', () => {
  expect(
    rawAllocations('new Float32Array(n); x.slice(); weights.slice(1); Uint8Array.of(2, 3); new SharedArrayBuffer(8)'),
  ).toHaveLength(5);
  expect(
    rawAllocations('new Float32Array(a.buffer, 4); text.slice(1); withinMemory(w, () => new Int8Array(f(2)))'),
  ).toEqual([]);
});

it.each(SRC.filter(({ file }) => !ALLOCATES.includes(file)).map((source) => [source.file, source] as const))(
  '%s allocates numbers by foundation/memory.ts, whose errors have a code',
  (_, { code }) => {
    expect(rawAllocations(code)).toEqual([]);
  },
);

/** Names samples and jobs by their hash, and who has a lock by a random number. */
const HASHES = /^src\/(search\/(data-hash|study-holder)\.ts|cluster\/)/;
/** The file that fetches what a user asks for. */
const FETCHES = 'src/slim.ts';

describe.each([...SRC, ...ASSEMBLY].map((source) => [source.file, source] as const))('%s', (file, { code, text }) => {
  it('neither runs text as code nor uses the network', () => {
    expect(code).not.toMatch(/\beval\s*\(|\bFunction\s*\(/);
    if (file !== FETCHES) expect(code).not.toMatch(/\bfetch\s*\(|\bXMLHttpRequest\b|\bWebSocket\b/);
    expect(code).not.toMatch(/\bDate\.now\s*\(/);
    if (!HASHES.test(file)) expect(code).not.toMatch(/\bcrypto\b/);
  });

  it(`has at most ${MAX_LINES} lines`, () => {
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(MAX_LINES);
  });

  it('begins with what it is, and has no any, no default export', () => {
    expect(text).toMatch(/^\/\*\*/);
    expect(code).not.toMatch(/(:|\bas|<)\s*any\b/);
    expect(code).not.toMatch(/\bexport\s+default\b/);
  });
});
