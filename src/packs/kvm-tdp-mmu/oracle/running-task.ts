/** Who runs, event by event: 0 is the scenario's call; tasks in between come and go, a thread beside takes turns with it. */
import type { TraceEvent } from '../trace.js';

export class RunningTask {
  private readonly nested = [0];
  private next = 1;
  private thread: number | null = null;

  /** Whose doing the event is. */
  of(event: TraceEvent): number {
    if (event.kind === 'turn') this.thread = event.thread;
    if (this.thread === null && event.kind === 'begin-task') this.nested.push(this.next++);
    const running = this.thread ?? this.nested.at(-1) ?? 0;
    if (this.thread === null && event.kind === 'end-task') this.nested.pop();
    return running;
  }
}
