/** The last two stages as text: a function's IR, and its WebAssembly as the module has it. */
import type { Diagnostic, Place } from '../base/diagnostic.js';
import { err, ok, type Result } from '../base/result.js';
import { TRAPS, type CompileOptions, type ModuleKind, type TrapSite } from '../exec/program.js';
import { printIr } from '../ir/print.js';
import { compileOptions, type OpenVersion } from '../version/build-version.js';
import type { Unit } from '../version/front-end.js';
import { assemble, linkUnits, type Linked } from '../wasm/compile.js';
import { printFunction } from '../wasm/encode/print-function.js';
import { readModule } from '../wasm/encode/read-module.js';
import { siteArguments } from '../wasm/site-arguments.js';

type Shown = Result<string, readonly Diagnostic[]>;

/** As it is lowered: before calls are inlined, and before a strict module's guards. */
export function irText(version: OpenVersion, unit: Unit, name: string, kind: ModuleKind): Shown {
  const linked = linkFunction(version, unit, name, kind);
  if (!linked.ok) return linked;
  const { program } = linked.value;
  const symbol = program.exports.get(name);
  const places = shortPlaces(program.trapSites);
  return ok(
    program.functions
      .filter((fn) => fn.symbol === symbol)
      .map((fn) => printIr(fn, places))
      .join(''),
  );
}

/** As it runs: with what was inlined into it. */
export function watText(version: OpenVersion, unit: Unit, name: string, kind: ModuleKind): Shown {
  const linked = linkFunction(version, unit, name, kind);
  if (!linked.ok) return linked;
  const { program } = linked.value;
  const symbol = program.exports.get(name);
  const { wasm } = assemble(linked.value, optionsFor(version, unit, name, kind));
  const module = readModule(wasm);
  const places = shortPlaces(program.trapSites);
  const siteAt = siteArguments();
  const argument = (callee: string, at: number, value: number): string | null => {
    if (callee === 'pc.trap' && at === 0) return TRAPS[value - 1] ?? null;
    return siteAt.get(callee) === at ? places(value) : null;
  };
  return ok(
    module.functions
      .filter((fn) => fn.symbol === symbol)
      .map((fn) => {
        const site = program.functions.find((each) => each.symbol === symbol)?.site;
        const where = site === undefined ? null : places(site);
        return `${where === null ? '' : `;; ${where}\n`}${printFunction(fn, module, { argument })}`;
      })
      .join(''),
  );
}

/** What the function reaches is compiled with it. What cannot be is a gap, as long as it is not the function itself. */
function linkFunction(
  version: OpenVersion,
  unit: Unit,
  name: string,
  kind: ModuleKind,
): Result<Linked, readonly Diagnostic[]> {
  const own = unit.typed.function(name);
  if (!own.ok) return err([own.error]);
  const others = version.units.filter((each) => each !== unit);
  const units = [unit, ...others].map(({ typed }) => typed);
  const linked = linkUnits(units, optionsFor(version, unit, name, kind));
  const gap = linked.ok ? linked.value.program.gaps.find((each) => each.name === name) : undefined;
  return gap === undefined ? linked : err([gap.reason]);
}

/** As campaigns are compiled, from another export; a source that is none of the pack's knows nothing of its counters and scopes. */
function optionsFor(
  version: OpenVersion,
  unit: Unit,
  name: string,
  kind: ModuleKind,
): CompileOptions {
  return {
    ...compileOptions(version, { kind, coverLines: new Set() }),
    exports: [name],
    exportedGlobals: [],
    ...(version.units.includes(unit) ? {} : { loopCounter: null, scopes: null }),
    gaps: 'trap',
  };
}

function shortPlaces(sites: readonly TrapSite[]): (site: number) => string | null {
  return (site) => {
    const place: Place | undefined = sites[site]?.place;
    return place === undefined ? null : `${place.path}:${place.line}:${place.column}`;
  };
}
