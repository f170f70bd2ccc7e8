import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The values of a tensor where tfjs-wasm holds them: `dataSync` would copy them.
 *
 * Valid until the next tensor is made, since the memory may move when it grows. Writing changes every
 * tensor and variable that was made from this one without computing.
 *
 * @param tensor float32, on the wasm backend, which has to be the current one.
 */
export function wasmMemory(tensor: tf.Tensor): Float32Array {
  return (tf.backend() as BackendWasm).typedArrayFromHeap(tensor) as Float32Array;
}

/** A float32 tensor on the wasm backend whose values are undefined until they are written to {@link wasmMemory}. */
export function newInWasm(shape: [number, number]): tf.Tensor2D {
  const info = (tf.backend() as BackendWasm).makeOutput(shape, 'float32');
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor2D;
}
