/** What a cluster of any number of machines gives, on paper, from parts that one machine can measure. Plain arithmetic: measures nothing. */

/** Seconds of one core for each trial, and bytes. */
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

export interface Cluster {
  readonly machines: number;
  readonly coresEach: number;
  /** Trainings of one search in the queue at a time. */
  readonly inFlight: number;
}

export interface Forecast {
  /** Trials per second. */
  readonly rate: number;
  /** The cores that train, as a share of all. */
  readonly busy: number;
  /** The share of its time in which the coordinator, and the server, compute. */
  readonly coordinator: number;
  readonly server: number;
  /** What lets no more through. */
  readonly limit: 'cores' | 'coordinator' | 'server' | 'trials in the queue' | 'connections';
}

export function forecast(seconds: number, parts: Parts, { machines, coresEach, inFlight }: Cluster): Forecast {
  const connected = Math.min(machines, Math.floor(parts.mostConnections / parts.connections));
  const each = seconds + parts.worker + parts.gap;
  const limits: [Forecast['limit'], number][] = [
    [connected < machines ? 'connections' : 'cores', (connected * coresEach) / each],
    ['trials in the queue', inFlight / each],
    ['server', parts.serverCores / parts.server],
    ['coordinator', 1 / parts.coordinator],
  ];
  const [limit, rate] = limits.reduce((least, other) => (other[1] < least[1] ? other : least));
  return {
    rate,
    busy: (rate * seconds) / (machines * coresEach),
    coordinator: rate * parts.coordinator,
    server: (rate * parts.server) / parts.serverCores,
    limit,
  };
}

const MACHINES = [1, 10, 100, 1000];
const SECONDS = [1, 10, 60];
export const CORES_EACH = 8;

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)}%`;

/** A row for each number of machines and length of a training. */
export function machinesTable(parts: Parts, inFlight: number): string {
  const rows = MACHINES.flatMap((machines) =>
    SECONDS.map((seconds) => {
      const { rate, busy, coordinator, server, limit } = forecast(seconds, parts, {
        machines,
        coresEach: CORES_EACH,
        inFlight,
      });
      const cells = [machines, `${seconds} s`, rate.toFixed(rate < 10 ? 1 : 0), busy, coordinator, server, limit];
      return `| ${cells.map((cell, i) => (i >= 3 && i <= 5 ? percent(cell as number) : cell)).join(' | ')} |`;
    }),
  );
  return [
    `| machines of ${CORES_EACH} cores | a training | trainings a second | cores that train | coordinator | server | limit |`,
    '| ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    ...rows,
  ].join('\n');
}
