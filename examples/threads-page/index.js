/**
 * A page that trains on several cores: this program serves it, with the two headers that it needs.
 *
 *   npm run example:threads-page
 *   npm run example:threads-page -- 0     takes any free port
 */
import { serve } from './server.js';

const PORT = 8090;

const port = Number(process.argv[2] ?? PORT);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  throw new RangeError(`threads-page: port is ${process.argv[2]}, expected a whole number from 0 to 65535.`);
}
try {
  const { url } = await serve(port);
  console.log(`The page: ${url} (Ctrl+C ends it)`);
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
  console.error(`threads-page: port ${port} is in use. Take any free one: npm run example:threads-page -- 0`);
  process.exitCode = 1;
}
