/** Ids for candidates: short, from the author's name, the same for the same thread, such as `bernhard-kauer`. */
import type { Mailbox } from './headers.js';

export class CandidateNames {
  /** The base has this name everywhere. */
  private readonly taken = new Set<string>(['original']);

  next(from: Mailbox, revision: number, series: boolean): string {
    const name = slug(from.name) || slug(from.address.split('@')[0] ?? '') || 'candidate';
    const base = series && revision > 1 ? `${name}-v${revision}` : name;
    let id = base;
    for (let count = 2; this.taken.has(id); count++) id = `${base}-${count}`;
    this.taken.add(id);
    return id;
  }
}

function slug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/\(.*?\)|<.*?>/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
}
