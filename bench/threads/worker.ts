/** The process that measures one row: `node worker.js <task as JSON>`. Prints the row as JSON. */
import { measureRow, type Task } from './measure.js';

process.stdout.write(JSON.stringify(await measureRow(JSON.parse(process.argv[2] as string) as Task)));
