/*
 * KANN as a contender: kann <training | prediction> <rows> <problem file>, questions on stdin, answers on stdout.
 *
 * Float32. Its mean squared error is the mean over outputs and batch, as ours, so the rate is the same. It has no plain gradient descent of
 * its own: the step here takes the gradients of kann_cost.
 */
#include "contender.h"
#include "kann.h"

static Problem problem;
static kann_t *network;

/* Sigmoid layers, the last one too, and mean squared error. */
static void create(void) {
  kad_node_t *output = kann_layer_input(problem.inputs_of_sample);
  for (unsigned layer = 1; layer < problem.layers; layer++)
    output = kad_sigm(kann_layer_dense(output, problem.widths[layer]));
  output->ext_flag |= KANN_F_OUT;
  kad_node_t *truth = kad_feed(2, 1, problem.outputs);
  truth->ext_flag |= KANN_F_TRUTH;
  kad_node_t *cost = kad_mse(output, truth);
  cost->ext_flag |= KANN_F_COST;
  network = kann_new(cost, 0);
}

/* Its variables lie in the order of the layers: weights (units, inputs), then biases. */
static void set_parameters(void) {
  unsigned layer = 1;
  for (int i = 0; i < network->n; i++) {
    kad_node_t *node = network->v[i];
    if (!kad_is_var(node)) continue;
    int units = problem.widths[layer], inputs = problem.widths[layer - 1];
    int is_weights = node->n_d == 2 && node->d[0] == units && node->d[1] == inputs;
    if (!is_weights && !(node->n_d == 1 && node->d[0] == units)) fail("the variables are not those of the layers");
    size_t count = is_weights ? (size_t)units * inputs : (size_t)units;
    float *values = read_floats(problem.file, count);
    memcpy(node->x, values, count * sizeof(float));
    free(values);
    if (!is_weights) layer++;
  }
  if (layer != problem.layers) fail("the variables are too few");
}

static void feed(uint32_t flag, float *values) {
  if (kann_feed_bind(network, flag, 0, &values) != 1) fail("the network has another number of feeds");
}

static double train(unsigned batch) {
  int parameters = kann_size_var(network);
  double loss = 0;
  for (size_t from = 0; from < problem.samples; from += batch) {
    feed(KANN_F_IN, problem.inputs + from * problem.inputs_of_sample);
    feed(KANN_F_TRUTH, problem.targets + from * problem.outputs);
    loss += kann_cost(network, 0, 1);
    for (int i = 0; i < parameters; i++) network->x[i] -= LEARNING_RATE * network->g[i];
  }
  return loss * batch / problem.samples;
}

/* The network has room for so many rows. */
static const float *predict(unsigned row, unsigned rows) {
  (void)rows;
  feed(KANN_F_IN, problem.inputs + (size_t)row * problem.inputs_of_sample);
  kann_eval_out(network);
  return network->v[kann_find(network, KANN_F_OUT, 0)]->x;
}

int main(int count, char **words) {
  if (count != 4) fail("expected <training | prediction> <rows> <problem file>");
  unsigned rows = (unsigned)atoi(words[2]);
  problem = read_problem(words[3]);
  if (problem.samples % rows != 0) fail("the samples are no whole number of batches");
  create();
  set_parameters();
  kann_set_batch_size(network, rows);
  serve(&problem, strcmp(words[1], "training") == 0, rows);
  return 0;
}
