/**
 * WebAssembly code as trees: an instruction with the instructions that give its operands. Made by `Builder`, written out
 * by `encodeBody`.
 */
import type { ValueType } from '../../ir/ir.js';

/** What is left on the stack; null: nothing. */
export type ResultType = ValueType | null;

export type Code =
  | {
      readonly kind: 'plain';
      readonly type: ResultType;
      readonly code: number;
      readonly args: readonly Code[];
    }
  | {
      readonly kind: 'const';
      readonly type: ValueType;
      readonly value: number | bigint;
    }
  | {
      readonly kind: 'access';
      readonly type: ResultType;
      readonly code: number;
      readonly offset: number;
      /** Power of two. */
      readonly align: number;
      readonly args: readonly Code[];
    }
  | { readonly kind: 'get'; readonly type: ValueType; readonly local: number }
  | {
      readonly kind: 'set' | 'tee';
      readonly type: ResultType;
      readonly local: number;
      readonly value: Code;
    }
  | {
      /** Without a label it is only a list. */
      readonly kind: 'block' | 'loop';
      readonly type: ResultType;
      readonly label: string | null;
      readonly body: readonly Code[];
    }
  | {
      readonly kind: 'if';
      readonly type: ResultType;
      readonly test: Code;
      readonly then: Code;
      readonly otherwise: Code | null;
    }
  | {
      readonly kind: 'branch';
      readonly type: null;
      readonly label: string;
      readonly test: Code | null;
    }
  | {
      readonly kind: 'switch';
      readonly type: null;
      readonly labels: readonly string[];
      readonly otherwise: string;
      readonly index: Code;
    }
  | { readonly kind: 'return'; readonly type: null; readonly value: Code | null }
  | {
      readonly kind: 'call';
      readonly type: ResultType;
      readonly symbol: string;
      readonly args: readonly Code[];
    }
  | {
      readonly kind: 'call-indirect';
      readonly type: ResultType;
      readonly index: Code;
      readonly params: readonly ValueType[];
      readonly args: readonly Code[];
    }
  | {
      readonly kind: 'select';
      readonly type: ResultType;
      readonly test: Code;
      readonly then: Code;
      readonly otherwise: Code;
    }
  | {
      readonly kind: 'memory-copy' | 'memory-fill';
      readonly type: null;
      readonly args: readonly [Code, Code, Code];
    };
