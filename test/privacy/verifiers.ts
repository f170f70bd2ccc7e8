import { verifiersWith } from '#privacy/task-vdaf.ts';
import { verifyModule } from './prio3/kernels.ts';

/** A party's side of any task's function. */
export const openVerifier = verifiersWith(verifyModule);
