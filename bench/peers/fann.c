/*
 * FANN as a contender: fann <training | prediction> <rows> <problem file>, questions on stdin, answers on stdout.
 *
 * Float32 (floatfann). Its plain gradient descent is `incremental` for single samples. For batches it is `batch`, with a data set for
 * each batch. Both step by rate * (target - output), the derivative of half the sum of squares. Ours is the derivative of their mean,
 * so the rate is doubled and divided by the number of outputs.
 */
#include <floatfann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LEARNING_RATE 0.1f
#define MAX_LAYERS 16

typedef struct {
  unsigned layers, widths[MAX_LAYERS], samples;
  float *inputs, *targets;
  struct fann *network;
} Problem;

static void fail(const char *what) {
  fprintf(stderr, "fann: %s\n", what);
  exit(1);
}

static float *read_floats(FILE *file, size_t count) {
  float *values = malloc(count * sizeof(float));
  if (values == NULL || fread(values, sizeof(float), count, file) != count) fail("the problem file ends too early");
  return values;
}

/* FANN stores the weights of a neuron together, with that of the bias neuron last. */
static void set_layer(struct fann *network, unsigned layer, const float *weights, const float *biases, unsigned inputs) {
  struct fann_layer *to = network->first_layer + layer + 1;
  unsigned unit = 0;
  for (struct fann_neuron *neuron = to->first_neuron; neuron < to->last_neuron - 1; neuron++, unit++) {
    if (neuron->last_con - neuron->first_con != inputs + 1) fail("a neuron does not have the expected connections");
    float *into = network->weights + neuron->first_con;
    memcpy(into, weights + (size_t)unit * inputs, inputs * sizeof(float));
    into[inputs] = biases[unit];
  }
}

static Problem read_problem(const char *name) {
  Problem problem;
  FILE *file = fopen(name, "rb");
  if (file == NULL || fread(&problem.layers, 4, 1, file) != 1 || problem.layers > MAX_LAYERS) fail("no problem file");
  if (fread(problem.widths, 4, problem.layers, file) != problem.layers) fail("no widths");
  if (fread(&problem.samples, 4, 1, file) != 1) fail("no samples");
  problem.inputs = read_floats(file, (size_t)problem.samples * problem.widths[0]);
  problem.targets = read_floats(file, (size_t)problem.samples * problem.widths[problem.layers - 1]);
  problem.network = fann_create_standard_array(problem.layers, problem.widths);
  for (unsigned layer = 0; layer + 1 < problem.layers; layer++) {
    unsigned inputs = problem.widths[layer], units = problem.widths[layer + 1];
    float *weights = read_floats(file, (size_t)inputs * units), *biases = read_floats(file, units);
    set_layer(problem.network, layer, weights, biases, inputs);
    free(weights);
    free(biases);
  }
  fclose(file);
  return problem;
}

/* Its sigmoid is 1 / (1 + exp(-2 steepness x)). */
static void configure(struct fann *network, unsigned batch, unsigned outputs) {
  fann_set_activation_function_hidden(network, FANN_SIGMOID);
  fann_set_activation_function_output(network, FANN_SIGMOID);
  fann_set_activation_steepness_hidden(network, 0.5f);
  fann_set_activation_steepness_output(network, 0.5f);
  fann_set_train_error_function(network, FANN_ERRORFUNC_LINEAR);
  fann_set_training_algorithm(network, batch == 1 ? FANN_TRAIN_INCREMENTAL : FANN_TRAIN_BATCH);
  fann_set_learning_rate(network, LEARNING_RATE * 2 / outputs);
  fann_set_learning_momentum(network, 0);
}

/* Per sample: one data set; its epoch takes a step for each sample. Batches: a data set for each; its epoch is one step. */
static struct fann_train_data **split(const Problem *problem, unsigned batch, unsigned *count) {
  unsigned I = problem->widths[0], O = problem->widths[problem->layers - 1];
  unsigned rows = batch == 1 ? problem->samples : batch;
  *count = problem->samples / rows;
  struct fann_train_data **parts = malloc(*count * sizeof(*parts));
  for (unsigned part = 0; part < *count; part++) {
    parts[part] = fann_create_train(rows, I, O);
    for (unsigned row = 0; row < rows; row++) {
      size_t sample = (size_t)part * rows + row;
      memcpy(parts[part]->input[row], problem->inputs + sample * I, I * sizeof(float));
      memcpy(parts[part]->output[row], problem->targets + sample * O, O * sizeof(float));
    }
  }
  return parts;
}

static double train(struct fann *network, struct fann_train_data **parts, unsigned count) {
  double loss = 0;
  for (unsigned part = 0; part < count; part++) loss += fann_train_epoch(network, parts[part]);
  return loss / count;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static void answer_training(const Problem *problem, unsigned batch, double seconds) {
  static struct fann_train_data **parts;
  static unsigned count;
  if (parts == NULL) parts = split(problem, batch, &count);
  if (seconds == 0) {
    double first = train(problem->network, parts, count);
    printf("[%.9g,%.9g]\n", first, train(problem->network, parts, count));
    return;
  }
  double start = now(), elapsed, samples = 0;
  do {
    train(problem->network, parts, count);
    samples += problem->samples;
    elapsed = now() - start;
  } while (elapsed < seconds);
  printf("[%.9g]\n", samples / elapsed);
}

/* Calls between two readings of the clock: reading it takes as long as a call of the smallest network. */
#define CALLS 256

static void answer_prediction(const Problem *problem, double seconds) {
  unsigned I = problem->widths[0], O = problem->widths[problem->layers - 1];
  if (seconds == 0) {
    for (unsigned row = 0; row < problem->samples; row++) {
      const float *outputs = fann_run(problem->network, problem->inputs + (size_t)row * I);
      for (unsigned o = 0; o < O; o++) printf("%c%.9g", row + o == 0 ? '[' : ',', outputs[o]);
    }
    printf("]\n");
    return;
  }
  double start = now(), elapsed, rows = 0;
  unsigned row = 0;
  do {
    for (unsigned call = 0; call < CALLS; call++) {
      fann_run(problem->network, problem->inputs + (size_t)row * I);
      row = row + 1 == problem->samples ? 0 : row + 1;
    }
    rows += CALLS;
    elapsed = now() - start;
  } while (elapsed < seconds);
  printf("[%.9g]\n", rows / elapsed);
}

int main(int count, char **words) {
  if (count != 4) fail("expected <training | prediction> <rows> <problem file>");
  int training = strcmp(words[1], "training") == 0;
  unsigned rows = (unsigned)atoi(words[2]);
  Problem problem = read_problem(words[3]);
  configure(problem.network, training ? rows : 1, problem.widths[problem.layers - 1]);
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    double seconds = strncmp(line, "turn ", 5) == 0 ? atof(line + 5) : 0;
    if (training) answer_training(&problem, rows, seconds);
    else answer_prediction(&problem, seconds);
    fflush(stdout);
  }
  return 0;
}
