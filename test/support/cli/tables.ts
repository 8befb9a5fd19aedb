/** Tables for tests of the command, as text. */
import { SeededRandom } from '../seeded.js';

const CITIES = ['Rome', 'Oslo', 'Lima'];

/** People with a number, a category, yes or no, blanks, a row number, and whether they are members: of a tenth nobody knows. */
export function peopleCsv(rows: number, delimiter = ','): string {
  const random = new SeededRandom(`people ${rows}`);
  const lines = Array.from({ length: rows }, (_, i) => {
    const age = random.integer(18, 80);
    const city = CITIES[random.integer(0, CITIES.length - 1)] as string;
    const income = random.integer(1, 9) === 1 ? '' : `${random.integer(200, 900) / 10}`;
    const member = age / 80 + (city === 'Rome' ? 0.4 : 0) > 0.8 ? 'yes' : 'no';
    return [`${i + 1}`, `${age}`, city, income, random.integer(0, 1) === 1 ? 'true' : 'false', member];
  });
  return [['id', 'age', 'city', 'income', 'owner', 'member'], ...lines]
    .map((row) => `${row.join(delimiter)}\n`)
    .join('');
}
