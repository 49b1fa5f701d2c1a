/** The stages that a function goes through, in order (ARCHITECTURE.md, "The flow"). */
export const STAGES = ['pp', 'tokens', 'ast', 'typed', 'ir', 'wat'] as const;
export type Stage = (typeof STAGES)[number];
