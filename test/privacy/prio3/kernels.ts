import { PRIO3_VERIFY_KERNEL_BASE64 } from '#generated/prio3-verify-kernel.ts';
import { compileShardModule } from '#privacy/prio3/shard-module.ts';

/** Both kernels, compiled once a test file. */
export const shardModule = await compileShardModule();
export const verifyModule = await WebAssembly.compile(Buffer.from(PRIO3_VERIFY_KERNEL_BASE64, 'base64'));
