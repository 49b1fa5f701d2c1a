/** Where the time of a run went, stage by stage: for --timings and the benchmark. Never part of a report. */
import { performance } from 'node:perf_hooks';

export interface StageTime {
  readonly stage: string;
  readonly milliseconds: number;
}

export class StageClock {
  private readonly done: StageTime[] = [];
  private stage = 'starting';
  private since = 0;

  /** Milliseconds since the process began. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** What is shown as progress begins a stage, unless only its numbers are others. */
  progress(text: string): void {
    const stage = text.replace(/\s*\b\d+ of \d+\b.*$/, '').trim();
    if (stage === '' || stage === this.stage) return;
    this.begin(stage);
  }

  private begin(stage: string): void {
    const now = this.now();
    this.done.push({ stage: this.stage, milliseconds: now - this.since });
    this.stage = stage;
    this.since = now;
  }

  /** Ends the last stage. */
  finish(): readonly StageTime[] {
    this.begin('');
    return this.done;
  }
}

/** One line a stage, and the whole. `peakKiB`: resident memory. */
export function timingLines(times: readonly StageTime[], peakKiB: number): string[] {
  const line = (name: string, value: string): string => `  ${name.padEnd(32)} ${value.padStart(8)}`;
  const whole = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    'Timings',
    ...times.map(({ stage, milliseconds }) => line(stage, `${milliseconds.toFixed(0)} ms`)),
    line('whole', `${whole.toFixed(0)} ms`),
    line('memory at most', `${(peakKiB / 1024).toFixed(0)} MiB`),
  ];
}
