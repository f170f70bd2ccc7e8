import { type Row, toMarkdown } from '../table.ts';
import { type AttackedShop, openAttackedShop } from './attacked-shop.ts';
import { membershipOfBase } from './membership-of-base.ts';
import { membershipOfModel } from './membership-of-model.ts';
import { membershipOfSum } from './membership-of-sum.ts';
import { poisonRounds } from './poison.ts';
import { probeThreshold } from './probe-threshold.ts';
import { promotionOverRounds } from './promotion-over-rounds.ts';
import { reconstructHistories } from './reconstruct-history.ts';
import { viewOfOneParty } from './view-of-one-party.ts';
import { weightOfOneForger } from './weight-of-one-forger.ts';

const ATTACKS: readonly (readonly [string, (attacked: AttackedShop) => Row[] | Promise<Row[]>])[] = [
  ['Membership: was one device in a sum, by somebody who knows all others', membershipOfSum],
  ['Membership: was one device in the round that a model comes from', membershipOfModel],
  ['Reconstruction: how many of a device’s items can be named', reconstructHistories],
  ['Two histories told apart by all that one party sees of a report', viewOfOneParty],
  ['What one forged report weighs', weightOfOneForger],
  ['Poisoned rounds', poisonRounds],
  ['An item promoted by whoever outweighs all others', promotionOverRounds],
  ['Fake customers at the threshold of five', probeThreshold],
  ['Membership in the base model', membershipOfBase],
];

/** The measured attacks, one table each, on a small shop made of public sessions. */
export async function measureAttacks(): Promise<string> {
  const attacked = await openAttackedShop();
  const { shop, base } = attacked;
  const sizes = `- ${base.config.numItems} items, ${shop.merchant.dataset.baskets.length} events of the merchant’s, ${shop.devices.length} devices, ${shop.judging.length} judging and ${shop.cases.length} test cases; all draws are seeded`;
  const sections: string[] = [];
  for (const [title, attack] of ATTACKS) {
    const startedMs = performance.now();
    const table = toMarkdown(await attack(attacked));
    sections.push(`### ${title}\n\n${table}\n\n${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  }
  return [sizes, ...sections].join('\n\n');
}
