/*
 * FANN as a contender: fann <training | prediction> <rows> <problem file>, questions on stdin, answers on stdout.
 *
 * Float32 (floatfann). Its plain gradient descent is `incremental` for single samples. For batches it is `batch`, with a data set for
 * each batch. Both step by rate * (target - output), the derivative of half the sum of squares. Ours is the derivative of their mean,
 * so the rate is doubled and divided by the number of outputs.
 */
#include <floatfann.h>
#include "contender.h"

static Problem problem;
static struct fann *network;

/* FANN stores the weights of a neuron together, with that of the bias neuron last. */
static void set_layer(unsigned layer, const float *weights, const float *biases, unsigned inputs) {
  struct fann_layer *to = network->first_layer + layer + 1;
  unsigned unit = 0;
  for (struct fann_neuron *neuron = to->first_neuron; neuron < to->last_neuron - 1; neuron++, unit++) {
    if (neuron->last_con - neuron->first_con != inputs + 1) fail("a neuron does not have the expected connections");
    float *into = network->weights + neuron->first_con;
    memcpy(into, weights + (size_t)unit * inputs, inputs * sizeof(float));
    into[inputs] = biases[unit];
  }
}

static void create(void) {
  network = fann_create_standard_array(problem.layers, problem.widths);
  for (unsigned layer = 0; layer + 1 < problem.layers; layer++) {
    unsigned inputs = problem.widths[layer], units = problem.widths[layer + 1];
    float *weights = read_floats(problem.file, (size_t)inputs * units), *biases = read_floats(problem.file, units);
    set_layer(layer, weights, biases, inputs);
    free(weights);
    free(biases);
  }
}

/* Its sigmoid is 1 / (1 + exp(-2 steepness x)). */
static void configure(unsigned batch) {
  fann_set_activation_function_hidden(network, FANN_SIGMOID);
  fann_set_activation_function_output(network, FANN_SIGMOID);
  fann_set_activation_steepness_hidden(network, 0.5f);
  fann_set_activation_steepness_output(network, 0.5f);
  fann_set_train_error_function(network, FANN_ERRORFUNC_LINEAR);
  fann_set_training_algorithm(network, batch == 1 ? FANN_TRAIN_INCREMENTAL : FANN_TRAIN_BATCH);
  fann_set_learning_rate(network, LEARNING_RATE * 2 / problem.outputs);
  fann_set_learning_momentum(network, 0);
}

/* Per sample: one data set; its epoch takes a step for each sample. Batches: a data set for each; its epoch is one step. */
static struct fann_train_data **split(unsigned batch, unsigned *count) {
  unsigned I = problem.inputs_of_sample, O = problem.outputs;
  unsigned rows = batch == 1 ? problem.samples : batch;
  *count = problem.samples / rows;
  struct fann_train_data **parts = malloc(*count * sizeof(*parts));
  for (unsigned part = 0; part < *count; part++) {
    parts[part] = fann_create_train(rows, I, O);
    for (unsigned row = 0; row < rows; row++) {
      size_t sample = (size_t)part * rows + row;
      memcpy(parts[part]->input[row], problem.inputs + sample * I, I * sizeof(float));
      memcpy(parts[part]->output[row], problem.targets + sample * O, O * sizeof(float));
    }
  }
  return parts;
}

static double train(unsigned batch) {
  static struct fann_train_data **parts;
  static unsigned count;
  if (parts == NULL) parts = split(batch, &count);
  double loss = 0;
  for (unsigned part = 0; part < count; part++) loss += fann_train_epoch(network, parts[part]);
  return loss / count;
}

/* It has calls of one row only. */
static const float *predict(unsigned row, unsigned rows) {
  (void)rows;
  return fann_run(network, problem.inputs + (size_t)row * problem.inputs_of_sample);
}

int main(int count, char **words) {
  if (count != 4) fail("expected <training | prediction> <rows> <problem file>");
  int is_training = strcmp(words[1], "training") == 0;
  unsigned rows = is_training ? (unsigned)atoi(words[2]) : 1;
  problem = read_problem(words[3]);
  create();
  configure(rows);
  serve(&problem, is_training, rows);
  return 0;
}
