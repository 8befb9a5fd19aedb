/**
 * The contract between the kernel and src/: integer codes and record offsets.
 *
 * Both compilers (asc and tsc) read this file and no other one. So it holds only integer constants, without type annotations.
 * assembly/README.md draws the records, and assembly/records.ts declares them. That file does not compile when an offset here
 * disagrees with a field there.
 */

// What a layer does to its weighted sums. Codes are just names: their order means nothing. src/engine/wasm/codes.ts maps the
// activations of a user to them.
export const ACTIVATION_LINEAR = 0;
export const ACTIVATION_SIGMOID = 1;
export const ACTIVATION_TANH = 2;
export const ACTIVATION_RELU = 3;
export const ACTIVATION_SOFTMAX = 4;
export const ACTIVATION_LEAKY_RELU = 5;
export const ACTIVATION_ELU = 6;
export const ACTIVATION_SELU = 7;
export const ACTIVATION_GELU = 8;
export const ACTIVATION_SILU = 9;
export const ACTIVATION_SOFTPLUS = 10;
// Not an activation: tells the backward pass to read derivatives that the forward pass kept, because the outputs do not tell them.
// Below 0, so that no activation will ever have this code: activations count up.
export const DERIVATIVE_KEPT = -1;

// How to measure the distance from outputs to targets.
export const LOSS_MEAN_SQUARED_ERROR = 0;
export const LOSS_BINARY_CROSS_ENTROPY = 1;
export const LOSS_CATEGORICAL_CROSS_ENTROPY = 2;
export const LOSS_MEAN_ABSOLUTE_ERROR = 3;
export const LOSS_HUBER = 4;

// How gradients become steps. Plain steps go straight into the weights, without a gradient in memory.
export const OPTIMIZER_PLAIN = 0;
export const OPTIMIZER_SGD = 1;
export const OPTIMIZER_MOMENTUM = 2;
export const OPTIMIZER_NESTEROV = 3;
export const OPTIMIZER_ADAM = 4;
export const OPTIMIZER_ADAMW = 5;
export const OPTIMIZER_RMSPROP = 6;
export const OPTIMIZER_ADAGRAD = 7;

// When a prediction counts as correct. NONE: not counted. ARGMAX: if the largest output is where the largest target is. THRESHOLD: for
// each output, if it lies on the target's side of one half.
export const METRIC_NONE = 0;
export const METRIC_ARGMAX = 1;
export const METRIC_THRESHOLD = 2;

// What a data set stores for each sample: one float32 per output, or the index of the one output that is 1.
export const TARGETS_DENSE = 0;
export const TARGETS_CLASSES = 1;

// Outputs per weight panel, lanes per vector, and the alignment of every tensor.
export const PANEL = 8;
export const LANES = 4;
export const ALIGNMENT_BYTES = 64;

// If the number of inputs is a multiple of ALIASING_INPUTS, panels would lie a power of two apart and compete for the same few lines
// of the first-level cache. A gap of one cache line (PANEL_GAP_BYTES) between panels avoids that.
export const ALIASING_INPUTS = 32;
export const PANEL_GAP_BYTES = 64;

// The most rows that one pass takes through the layers. A larger batch is the sum of several passes.
export const MAX_PASS_ROWS = 256;

// Samples in a block of per-sample training. 64-32-10 trains 5% faster than with blocks of 16, 784-128-10 equally fast.
export const BLOCK_ROWS = 8;

// The most samples in a block when batches hold a few samples. With blocks of 8, 64-32-10 trains at 0.85 of the speed and 784-128-10
// at 0.97; blocks of 16 are as fast as these.
export const GRAM_ROWS = 12;

export const NETWORK_LOSS_SUM = 0;
export const NETWORK_CORRECT_SUM = 8;
export const NETWORK_LAYER_COUNT = 16;
export const NETWORK_LOSS = 20;
export const NETWORK_METRIC = 24;
export const NETWORK_PASS_ROWS = 28;
export const NETWORK_INPUTS = 32;
export const NETWORK_INPUT_ROW_BYTES = 36;
export const NETWORK_PASS_INPUTS = 40;
export const NETWORK_PASS_TARGETS = 44;
export const NETWORK_GRAM = 48;
export const NETWORK_BLOCK_ROWS = 52;
export const NETWORK_OPTIMIZER = 56;
export const NETWORK_DROPOUT_KEY = 60;
export const NETWORK_BETA1 = 64;
export const NETWORK_BETA2 = 72;
export const NETWORK_EPSILON = 80;
export const NETWORK_MOMENTUM = 84;
export const NETWORK_WEIGHT_DECAY = 88;
export const NETWORK_CLIP_NORM = 92;
export const NETWORK_CLIP_VALUE = 96;
export const NETWORK_OPTIMIZER_STATE = 100;
export const NETWORK_PASS_WEIGHTS = 104;
export const NETWORK_FIRST_ROW = 108;
export const NETWORK_TRAINING = 112;
export const NETWORK_GRADIENT_SCALE = 116;
export const NETWORK_STEP_RATE = 120;
export const NETWORK_ROOT_SCALE = 124;
export const NETWORK_TEAM = 128;
export const NETWORK_SPARSE = 132;
export const NETWORK_BYTES = 192;

export const LAYER_INPUTS = 0;
export const LAYER_UNITS = 4;
export const LAYER_ROW_BYTES = 8;
export const LAYER_ACTIVATION = 12;
export const LAYER_TRAINABLE = 16;
export const LAYER_HAS_BIAS = 20;
export const LAYER_WEIGHTS = 24;
export const LAYER_BIASES = 28;
export const LAYER_OUTPUTS = 32;
export const LAYER_DELTAS = 36;
export const LAYER_WEIGHT_GRADIENTS = 40;
export const LAYER_BIAS_GRADIENTS = 44;
export const LAYER_WEIGHT_DECAY = 48;
export const LAYER_BIAS_DECAY = 52;
export const LAYER_L1 = 56;
export const LAYER_L2 = 60;
export const LAYER_DERIVATIVE = 64;
export const LAYER_SLOPES = 68;
export const LAYER_DROPOUT_THRESHOLD = 72;
export const LAYER_DROPOUT_SCALE = 76;
export const LAYER_WEIGHT_STATE = 80;
export const LAYER_BIAS_STATE = 84;
export const LAYER_STATE_STRIDE = 88;
export const LAYER_SLOPE = 92;
export const LAYER_FIRST_PANEL = 96;
export const LAYER_BYTES = 128;

export const DATASET_INPUTS = 0;
export const DATASET_TARGETS = 4;
export const DATASET_ORDER = 8;
export const DATASET_TARGET_KIND = 12;
export const DATASET_WEIGHTS = 16;
export const DATASET_STARTS = 20;
export const DATASET_COLUMNS = 24;
export const DATASET_BYTES = 32;

// The state of an optimizer begins with the products of its betas. Each product has one factor for each step taken.
export const STATE_BETA1_PRODUCT = 0;
export const STATE_BETA2_PRODUCT = 8;
export const STATE_BYTES = 64;

// What a team of threads does together: a part of a batch whose pieces do not depend on each other (assembly/train/team/parts.ts).
export const PHASE_NONE = 0;
export const PHASE_END = 1;
export const PHASE_ROWS_FORWARD = 2;
export const PHASE_UNITS_FORWARD = 3;
export const PHASE_ROWS_BACKWARD = 4;
export const PHASE_GRADIENTS = 5;
export const PHASE_STEP = 6;
export const PHASE_PREPARE = 7;
export const PHASE_UPDATE = 8;
export const PHASE_BLOCK_FORWARD = 9;
export const PHASE_BLOCK_STEP = 10;

// Bytes that the input gradient of the wide builds may overwrite, in each thread: sums of 36 inputs, and the deltas of 16 rows of 1024 units.
export const SCRATCH_BYTES = 67840;

// The most threads in a team.
export const TEAM_THREADS = 64;

// What decides how many threads share a phase, in multiplications with addition: what an activation costs, copying a number of a sample, and
// the step of a weight.
export const WORK_OF_ACTIVATION = 16;
export const WORK_OF_COPY = 16;
export const WORK_OF_STEP = 16;
// Rows of a tile: a thread takes no fewer.
export const TILE_ROWS = 4;

// What one thread writes, and the others wait for, lies in a cache line of its own.
export const TEAM_TICKET = 0;
export const TEAM_SESSION = 4;
export const TEAM_PHASE = 8;
export const TEAM_CHUNKS = 12;
export const TEAM_ACTIVE = 16;
export const TEAM_NETWORK = 20;
export const TEAM_DATASET = 24;
export const TEAM_ROWS = 28;
export const TEAM_FIRST = 32;
export const TEAM_LAST = 36;
export const TEAM_BATCH = 40;
export const TEAM_RATE = 44;
export const TEAM_FLAGS = 48;
export const TEAM_SPLITS = 52;
export const TEAM_FACTOR = 56;
export const TEAM_THREAD_COUNT = 64;
export const TEAM_LEAST_WORK = 68;
export const TEAM_PARTIAL_SUMS = 72;
export const TEAM_SCRATCH = 76;
export const TEAM_SLEEPERS = 128;
export const TEAM_DONE = 192;
export const TEAM_WAITING = 196;
export const TEAM_CLAIMS = 256;
// A claim takes a line.
export const TEAM_CLAIM_BYTES = 64;
export const TEAM_BYTES = 4352;
// Where the record lies, past the data of every build: it outlives the fits that share a memory, as tickets only go up.
export const TEAM_ADDRESS = 65536;
