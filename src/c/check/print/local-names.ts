/** Locals of one function by names that tell them apart: the second `i` is `i#2`. */
import type { Local } from '../../typed.js';

export class LocalNames {
  private readonly names = new Map<Local, string>();
  private readonly counts = new Map<string, number>();

  constructor(locals: readonly Local[]) {
    for (const local of locals) this.of(local);
  }

  of(local: Local): string {
    const known = this.names.get(local);
    if (known !== undefined) return known;
    const plain = local.name === '' ? '<temporary>' : local.name;
    const count = (this.counts.get(plain) ?? 0) + 1;
    this.counts.set(plain, count);
    const name = count === 1 ? plain : `${plain}#${count}`;
    this.names.set(local, name);
    return name;
  }
}
