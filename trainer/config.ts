/** The recommender's sizes and the trainer's knobs, one a line, each with the reason for its value. */
export const CONFIG = {
  /** D: int8 rows of 64 bytes; wider ones gained nothing in published comparisons of this size. */
  dim: 64,
  /** Two heads: one settles on the last event, one on the rest. */
  numHeads: 2,
  /** The feed-forward layer's usual factor of 2 at this width. */
  hiddenDim: 128,
  /** T: the encoder's cost grows with it on every page; a session seldom has more events. */
  maxEvents: 32,
  /** Width of the frozen text features: keeps 97 % of the demo texts' variance, 89 % of Online Retail's. */
  textDim: 128,

  /** Sequences a step: small enough for several hundred steps a minute on one CPU thread. */
  batchSize: 64,
  /** Sampled softmax: negatives shared by a batch; catalogs up to this size use all items. */
  numNegatives: 512,
  /** Negatives are drawn by count to this power: between uniform and popular (Mikolov et al. 2013). */
  negativePower: 0.75,
  learningRate: 2e-3,
  /** Pulls ID deltas towards 0, so that the text carries what few orders can't. */
  deltaDecay: 1e-6,
  /** Share of training sequences told as views: a shopper's history is mostly views, orders are purchases. */
  viewShare: 0.5,
  /** Share of an item's ID deltas left out in training, so that text alone learns to place an item. */
  deltaDropout: 0.2,
  /** Passes over the data at most; the best on validation is kept. */
  maxEpochs: 30,
  /** Passes without a better validation figure before training ends. */
  patience: 3,

  /** Latest share of the orders kept for validation: early stopping and the blend's weights. */
  validationShare: 0.1,
  /** At most this many validation baskets, seeded choice: bounds the time that fitting the blend takes. */
  maxValidationBaskets: 1000,

  /** A pair, an ID delta or a popularity ships only if at least this many customers made it. */
  minCustomers: 5,
  /** Popularity's recent list: orders lose half their weight in this many days. */
  recentHalfLifeDays: 14,
  /** Two items in one order are this much closer than one order apart for each order between. */
  neighborDecay: 0.5,

  /** Row groups of a model update: × rank 4 stays under 10,000 parameters. */
  maxGroups: 2000,
  /** A model is replaced long before; a device without network falls back to the shop's list after it. */
  manifestLifetimeDays: 30,
} as const;
