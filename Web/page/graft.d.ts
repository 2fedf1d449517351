/** One answer of a model. */
export interface Prediction {
  label: string;
  /** From 0 to 1; missing where the model tells numbers. */
  probability?: number;
  /** The number, where the model tells numbers. */
  value?: number;
}

/** A model that is ready to answer. */
export declare class Model {
  private constructor();
  /** The names of the classes, or of the numbers. */
  readonly labels: string[];
  readonly task: 'classification' | 'multi-label' | 'regression';
  /**
   * What the model says of a picture, the most probable label first; of a model that tells numbers, in their order.
   * It is computed on the calling thread: call it from a Worker where a page must stay responsive.
   */
  predict(imageData: ImageData): Promise<Prediction[]>;
}

/**
 * Loads `model.bin` and `graft.wasm`.
 * @param url The address of their folder; the folder of this module where it is missing.
 */
export declare function load(url?: string | URL): Promise<Model>;
