import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a program prints in a Node without WebAssembly. */
function runWithoutWebAssembly(program: string): string {
  const start = "delete globalThis.WebAssembly; const { Network } = await import('wasmlp');";
  return execFileSync(process.execPath, ['--input-type=module', '--eval', start + program], {
    cwd: root,
    encoding: 'utf8',
  });
}

test('auto falls back to js where the host has no WebAssembly', () => {
  const program = `
    const network = await Network.create({ inputs: 2, layers: [{ units: 1 }] });
    console.log(network.engine.kind, network.predict([0, 0])[0]);`;
  expect(runWithoutWebAssembly(program)).toBe('js 0.5\n');
});

test('wasm rejects with ERR_ENGINE there, each time', () => {
  const program = `
    for (let i = 0; i < 2; i++)
      await Network.create({ inputs: 2, layers: [{ units: 1 }], engine: 'wasm' }).catch(({ code }) => console.log(code));`;
  expect(runWithoutWebAssembly(program)).toBe('ERR_ENGINE\nERR_ENGINE\n');
});
