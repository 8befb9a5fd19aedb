/*
 * KANN as a contender: kann <training | prediction> <rows> <problem file>, questions on stdin, answers on stdout.
 *
 * Float32. Its mean squared error is the mean over outputs and batch, as ours, so the rate is the same. It has no plain gradient descent of
 * its own: the step here takes the gradients of kann_cost.
 */
#include "kann.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LEARNING_RATE 0.1f
#define MAX_LAYERS 16

typedef struct {
  int layers, widths[MAX_LAYERS], samples;
  float *inputs, *targets;
  kann_t *network;
} Problem;

static void fail(const char *what) {
  fprintf(stderr, "kann: %s\n", what);
  exit(1);
}

static float *read_floats(FILE *file, size_t count) {
  float *values = malloc(count * sizeof(float));
  if (values == NULL || fread(values, sizeof(float), count, file) != count) fail("the problem file ends too early");
  return values;
}

/* Sigmoid layers, the last one too, and mean squared error. */
static kann_t *create(const int *widths, int layers) {
  kad_node_t *output = kann_layer_input(widths[0]);
  for (int layer = 1; layer < layers; layer++) output = kad_sigm(kann_layer_dense(output, widths[layer]));
  output->ext_flag |= KANN_F_OUT;
  kad_node_t *truth = kad_feed(2, 1, widths[layers - 1]);
  truth->ext_flag |= KANN_F_TRUTH;
  kad_node_t *cost = kad_mse(output, truth);
  cost->ext_flag |= KANN_F_COST;
  return kann_new(cost, 0);
}

/* Its variables lie in the order of the layers: weights (units, inputs), then biases. */
static void set_parameters(const Problem *problem, FILE *file) {
  int layer = 1;
  for (int i = 0; i < problem->network->n; i++) {
    kad_node_t *node = problem->network->v[i];
    if (!kad_is_var(node)) continue;
    int units = problem->widths[layer], inputs = problem->widths[layer - 1];
    int is_weights = node->n_d == 2 && node->d[0] == units && node->d[1] == inputs;
    if (!is_weights && !(node->n_d == 1 && node->d[0] == units)) fail("the variables are not those of the layers");
    size_t count = is_weights ? (size_t)units * inputs : (size_t)units;
    float *values = read_floats(file, count);
    memcpy(node->x, values, count * sizeof(float));
    free(values);
    if (!is_weights) layer++;
  }
  if (layer != problem->layers) fail("the variables are too few");
}

static Problem read_problem(const char *name) {
  Problem problem;
  FILE *file = fopen(name, "rb");
  if (file == NULL || fread(&problem.layers, 4, 1, file) != 1 || problem.layers > MAX_LAYERS) fail("no problem file");
  if (fread(problem.widths, 4, problem.layers, file) != (size_t)problem.layers) fail("no widths");
  if (fread(&problem.samples, 4, 1, file) != 1) fail("no samples");
  problem.inputs = read_floats(file, (size_t)problem.samples * problem.widths[0]);
  problem.targets = read_floats(file, (size_t)problem.samples * problem.widths[problem.layers - 1]);
  problem.network = create(problem.widths, problem.layers);
  set_parameters(&problem, file);
  fclose(file);
  return problem;
}

static void feed(const Problem *problem, uint32_t flag, float *values) {
  if (kann_feed_bind(problem->network, flag, 0, &values) != 1) fail("the network has another number of feeds");
}

/* An epoch of steps. Returns the mean of the losses before them. */
static double train(const Problem *problem, int batch) {
  kann_t *network = problem->network;
  size_t I = problem->widths[0], O = problem->widths[problem->layers - 1];
  int parameters = kann_size_var(network);
  double loss = 0;
  for (int from = 0; from < problem->samples; from += batch) {
    feed(problem, KANN_F_IN, problem->inputs + from * I);
    feed(problem, KANN_F_TRUTH, problem->targets + from * O);
    loss += kann_cost(network, 0, 1);
    for (int i = 0; i < parameters; i++) network->x[i] -= LEARNING_RATE * network->g[i];
  }
  return loss * batch / problem->samples;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static void answer_training(const Problem *problem, int batch, double seconds) {
  if (seconds == 0) {
    double first = train(problem, batch);
    printf("[%.9g,%.9g]\n", first, train(problem, batch));
    return;
  }
  double start = now(), elapsed, samples = 0;
  do {
    train(problem, batch);
    samples += problem->samples;
    elapsed = now() - start;
  } while (elapsed < seconds);
  printf("[%.9g]\n", samples / elapsed);
}

/* Runs a batch of rows, from number `row` on, and returns their outputs. */
static const float *predict(const Problem *problem, int row) {
  kann_t *network = problem->network;
  feed(problem, KANN_F_IN, problem->inputs + (size_t)row * problem->widths[0]);
  kann_eval_out(network);
  return network->v[kann_find(network, KANN_F_OUT, 0)]->x;
}

/* Rows computed between two readings of the clock: reading it takes as long as a call of the smallest network. */
#define ROWS 256

static void answer_prediction(const Problem *problem, int rows, double seconds) {
  int O = problem->widths[problem->layers - 1];
  if (seconds == 0) {
    for (int row = 0; row < problem->samples; row += rows) {
      const float *outputs = predict(problem, row);
      for (int o = 0; o < rows * O; o++) printf("%c%.9g", row + o == 0 ? '[' : ',', outputs[o]);
    }
    printf("]\n");
    return;
  }
  double start = now(), elapsed, done = 0;
  int row = 0;
  do {
    for (int count = 0; count < ROWS; count += rows) {
      predict(problem, row);
      row = row + rows == problem->samples ? 0 : row + rows;
      done += rows;
    }
    elapsed = now() - start;
  } while (elapsed < seconds);
  printf("[%.9g]\n", done / elapsed);
}

int main(int count, char **words) {
  if (count != 4) fail("expected <training | prediction> <rows> <problem file>");
  int training = strcmp(words[1], "training") == 0;
  int rows = atoi(words[2]);
  Problem problem = read_problem(words[3]);
  if (problem.samples % rows != 0) fail("the samples are no whole number of batches");
  kann_set_batch_size(problem.network, rows);
  char line[64];
  while (fgets(line, sizeof line, stdin) != NULL) {
    double seconds = strncmp(line, "turn ", 5) == 0 ? atof(line + 5) : 0;
    if (training) answer_training(&problem, rows, seconds);
    else answer_prediction(&problem, rows, seconds);
    fflush(stdout);
  }
  return 0;
}
