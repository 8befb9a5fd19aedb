/** What a cluster of any number of machines gives, on paper, from parts that one machine can measure. Plain arithmetic: measures nothing. */

/** Times are seconds of one core for each trial. */
export interface Parts {
  /** Of the program that searches: one thread. */
  readonly coordinator: number;
  /** Of the server: Redis has one thread; PostgreSQL has a process for each connection, so that its cores share the work. */
  readonly server: number;
  readonly serverCores: number;
  /** Of a worker, besides the training. */
  readonly worker: number;
  /** From the end of a training to the begin of the next one on the same core, as far as nobody computes. */
  readonly gap: number;
  /** Connections to the server for each machine, and the most that it takes. */
  readonly connections: number;
  readonly mostConnections: number;
}

interface Forecast {
  /** Trials per second. */
  readonly rate: number;
  /** The cores that train, as a share of all. */
  readonly busy: number;
  /** The share of its time in which the coordinator, and the server, compute. */
  readonly coordinator: number;
  readonly server: number;
  /** What lets no more through. */
  readonly limit: string;
}

export const CORES_EACH = 8;

/** `seconds`: of a training. `inFlight`: trainings of one search in the queue at a time. */
export function forecast(machines: number, seconds: number, parts: Parts, inFlight: number): Forecast {
  const connected = Math.min(machines, Math.floor(parts.mostConnections / parts.connections));
  const each = seconds + parts.worker + parts.gap;
  const limits: [string, number][] = [
    [connected < machines ? 'connections' : 'cores', (connected * CORES_EACH) / each],
    ['trials in the queue', inFlight / each],
    ['server', parts.serverCores / parts.server],
    ['coordinator', 1 / parts.coordinator],
  ];
  const [limit, rate] = limits.reduce((least, other) => (other[1] < least[1] ? other : least));
  return {
    rate,
    busy: (rate * seconds) / (machines * CORES_EACH),
    coordinator: rate * parts.coordinator,
    server: (rate * parts.server) / parts.serverCores,
    limit,
  };
}

const MACHINES = [1, 10, 100, 1000];
const SECONDS = [1, 10, 60];

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`;

/** A row for each number of machines and length of a training. */
export function machinesTable(parts: Parts, inFlight: number): string {
  const rows = MACHINES.flatMap((machines) =>
    SECONDS.map((seconds) => {
      const { rate, busy, coordinator, server, limit } = forecast(machines, seconds, parts, inFlight);
      const shares = [busy, coordinator, server].map(percent);
      return `| ${[machines, `${seconds} s`, rate.toFixed(rate < 10 ? 1 : 0), ...shares, limit].join(' | ')} |`;
    }),
  );
  return [
    `| machines of ${CORES_EACH} cores | a training | trainings a second | cores that train | coordinator | server | limit |`,
    '| ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows,
  ].join('\n');
}
