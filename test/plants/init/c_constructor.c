static volatile int ready;

#ifdef PLANTED
__attribute__((constructor)) static void fill_tables(void) {
  for (int i = 0; i < 1000000; i++) ready += i;
}
#endif

int c_ready(void) { return ready; }
