/** Punctuators (C11 6.4.6), digraphs included; `::` as gcc has it in gnu11. */

/** The longest punctuator at `pos`, whose first char code is `code`; '' for none. */
export function punctuatorAt(text: string, pos: number, code: number): string {
  const second = text.charCodeAt(pos + 1);
  switch (code) {
    case 33:
      return second === 61 ? '!=' : '!';
    case 35:
      return second === 35 ? '##' : '#';
    case 37:
      if (second === 61) return '%=';
      if (second === 62) return '%>';
      if (second === 58)
        return text.charCodeAt(pos + 2) === 37 && text.charCodeAt(pos + 3) === 58 ? '%:%:' : '%:';
      return '%';
    case 38:
      return second === 38 ? '&&' : second === 61 ? '&=' : '&';
    case 40:
      return '(';
    case 41:
      return ')';
    case 42:
      return second === 61 ? '*=' : '*';
    case 43:
      return second === 43 ? '++' : second === 61 ? '+=' : '+';
    case 44:
      return ',';
    case 45:
      return second === 62 ? '->' : second === 45 ? '--' : second === 61 ? '-=' : '-';
    case 46:
      return second === 46 && text.charCodeAt(pos + 2) === 46 ? '...' : '.';
    case 47:
      return second === 61 ? '/=' : '/';
    case 58:
      return second === 62 ? ':>' : second === 58 ? '::' : ':';
    case 59:
      return ';';
    case 60:
      if (second === 60) return text.charCodeAt(pos + 2) === 61 ? '<<=' : '<<';
      return second === 61 ? '<=' : second === 58 ? '<:' : second === 37 ? '<%' : '<';
    case 61:
      return second === 61 ? '==' : '=';
    case 62:
      if (second === 62) return text.charCodeAt(pos + 2) === 61 ? '>>=' : '>>';
      return second === 61 ? '>=' : '>';
    case 63:
      return '?';
    case 91:
      return '[';
    case 93:
      return ']';
    case 94:
      return second === 61 ? '^=' : '^';
    case 123:
      return '{';
    case 124:
      return second === 124 ? '||' : second === 61 ? '|=' : '|';
    case 125:
      return '}';
    case 126:
      return '~';
    default:
      return '';
  }
}
