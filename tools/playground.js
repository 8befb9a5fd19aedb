/** Serves the playground until it is stopped: `npm run playground`, or `npm run playground -- <port>`. */
import { servePlayground } from './serve.js';

const PORT = 8080;

const port = Number(process.argv[2] ?? PORT);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  throw new RangeError(`playground: port is ${process.argv[2]}, expected a whole number from 0 to 65535.`);
}
try {
  const { url } = await servePlayground(port);
  console.log(`The playground: ${url} (Ctrl+C ends it)`);
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
  console.error(`playground: port ${port} is in use. Give another one: npm run playground -- 0 takes any free port.`);
  process.exitCode = 1;
}
