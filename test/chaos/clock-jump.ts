/**
 * Loaded into a process before the program, by `--import`: at each SIGUSR2 the machine's clock jumps, as far as this
 * process can tell. An hour ahead, then an hour behind, then right again.
 */

const HOUR_MS = 3_600_000;

const JUMPS = [0, HOUR_MS, -HOUR_MS];

const TrueDate = Date;
let jumps = 0;

const now = () => TrueDate.now() + (JUMPS[jumps % JUMPS.length] ?? 0);

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
});

process.on('SIGUSR2', () => {
  jumps += 1;
});

export {};
