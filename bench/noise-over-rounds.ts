import { readFactor } from '#model/factor.ts';
import { correlatedNoise, FRACTION_BITS, latticeCoefficients } from '#privacy/correlated-noise.ts';
import { discreteGaussian } from '#privacy/discrete-gaussian.ts';
import {
  bandedCoefficients,
  bestNumBands,
  type Participation,
  prefixErrors,
  sensitivityOf,
  squareRootCoefficients,
} from '#privacy/matrix-mechanism.ts';
import { turnedFactors } from '#trainer/choose-factor.ts';
import type { Row } from './table.ts';

const DIM = 64;
const RANK = 5;
/** Directions that rounds ask for in turn. */
const NUM_DIRECTIONS = 20;
/** Rows of B in the trial: enough for two digits, and one row is like another. */
const NUM_GROUPS = 100;
/** One party's noise at noise multiplier 1, in ring units: large, so that rounding is not what is seen. */
const STD_DEV_UNITS = 2 ** 15;

const FIRST_AXES = Array.from({ length: DIM }, (_, d) =>
  Float64Array.from({ length: NUM_DIRECTIONS }, (__, axis) => Number(axis === d)),
);

const NUM_ROUNDS = [4, 8, 12, 20];
const PARTICIPATIONS = [1, 2, 4];

/**
 * What noise correlated over rounds would gain at equal epsilon: the standard deviation of the noise on
 * what the rounds add up to, ÷ that of independent noise. Below 1 is a gain.
 *
 * The last two columns are a trial: B's noise of every round, times that round's factor A, added up in the
 * item table. Factors are those that rounds have; which directions they begin with makes no difference to noise.
 */
export async function benchNoiseOverRounds(): Promise<{ readonly table: Row[]; readonly notes: readonly string[] }> {
  const rows: Row[] = [];
  for (const maxParticipations of PARTICIPATIONS) {
    for (const numRounds of NUM_ROUNDS) {
      const spread = Math.floor(numRounds / maxParticipations);
      for (const minSeparation of new Set([1, spread])) {
        rows.push(await rowOf(numRounds, { minSeparation, maxParticipations }));
      }
    }
  }
  for (const numRounds of NUM_ROUNDS.slice(1)) {
    // Every device in every round.
    rows.push(await rowOf(numRounds, { minSeparation: 1, maxParticipations: numRounds }));
  }
  const head = [
    'participations',
    'rounds',
    'apart',
    'bands',
    'all sums',
    'last sum',
    'table, one A',
    'table, A as rounds have it',
  ];
  return {
    table: [head, ...rows],
    notes: [
      'noise of the matrix mechanism (square root, the number of bands that is best for all sums) ÷ independent noise, equal epsilon',
      'all sums: root mean square over the sums of the first 1, 2, … rounds; last sum: of all rounds',
      `table: measured in a trial, ${NUM_GROUPS} × ${RANK} numbers, D = ${DIM}`,
    ],
  };
}

async function rowOf(numRounds: number, participation: Participation): Promise<Row> {
  const { minSeparation, maxParticipations } = participation;
  const full = squareRootCoefficients(numRounds);
  const numBands = bestNumBands(numRounds, participation);
  const coefficients = latticeCoefficients(bandedCoefficients(full, numBands));
  const independent = bandedCoefficients(full, 1);
  const errors = prefixErrors(coefficients, participation);
  const independentErrors = prefixErrors(independent, participation);
  const ratioInTable = async (isRedrawn: boolean) =>
    (await tableNoise(coefficients, participation, isRedrawn)) /
    (await tableNoise(independent, participation, isRedrawn));
  return [
    maxParticipations,
    numRounds,
    minSeparation,
    numBands,
    (Math.hypot(...errors) / Math.hypot(...independentErrors)).toFixed(2),
    ((errors.at(-1) as number) / (independentErrors.at(-1) as number)).toFixed(2),
    (await ratioInTable(false)).toFixed(2),
    (await ratioInTable(true)).toFixed(2),
  ];
}

/** Norm of the noise that all rounds leave in the item table. */
async function tableNoise(
  coefficients: Float64Array,
  participation: Participation,
  isRedrawn: boolean,
): Promise<number> {
  const stdDev = Math.ceil(STD_DEV_UNITS * sensitivityOf(coefficients, participation));
  const sample = discreteGaussian({ numerator: BigInt(stdDev << FRACTION_BITS), denominator: 1n });
  const draws = Array.from({ length: NUM_GROUPS * RANK }, (): bigint[] => []);
  const table = new Float64Array(NUM_GROUPS * DIM);
  const factorOf = turnedFactors(FIRST_AXES, { rank: RANK, seed: 1 });
  for (let round = 0; round < coefficients.length; round++) {
    const factor = readFactor(factorOf(isRedrawn ? round : 0), { rank: RANK, dim: DIM });
    for (const [index, history] of draws.entries()) {
      history.push(sample());
      const noise = Number(correlatedNoise(history, coefficients));
      const [group, column] = [Math.floor(index / RANK), index % RANK];
      for (let d = 0; d < DIM; d++) {
        table[group * DIM + d] = (table[group * DIM + d] as number) + noise * (factor[column * DIM + d] as number);
      }
    }
  }
  return Math.hypot(...table);
}
