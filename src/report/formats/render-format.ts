/** Every format but the text for people, which has colours. */
import { jsonText } from '../json-text.js';
import { renderB4 } from './b4.js';
import type { CheckedInputs, Format } from './checked-input.js';
import { renderJunit } from './junit.js';
import { renderKtap } from './ktap.js';
import { renderReplies } from './reply.js';
import { renderSarif } from './sarif.js';
import { renderTerse } from './terse.js';

/** `json` of one input is its report; of several, `ci` has a summary of its own. */
export function renderFormat(format: Exclude<Format, 'text'>, all: CheckedInputs): string {
  switch (format) {
    case 'json':
      return jsonText(all.inputs[0]?.report ?? null);
    case 'junit':
      return renderJunit(all);
    case 'ktap':
      return renderKtap(all);
    case 'sarif':
      return renderSarif(all);
    case 'terse':
      return renderTerse(all);
    case 'mail':
      return renderReplies(all);
    case 'b4':
      return renderB4(all);
  }
}
