/*
 * Mutators that store pointers wherever they can while a collector marks: the workload `graph` of sim, as a model for SPIN.
 *
 *     spin -a -DMUTATORS=1 -DOBJECTS=1 -DWRITES=2 -DYUASA -DBEFORE_HEAP=1 graph.pml && gcc -O2 -DSAFETY -o pan pan.c && ./pan
 *
 * A pointer is 0 for nil, or an object from 1 on. Marking has begun, all objects are white, and slots hold anything: each initial
 * heap is one choice. What is a step here is a step of sim (sim/src/graph/world.rs), and what is a state is one too, when
 * all reductions of sim are off: `run` holds the two counts against each other. The README tells what differs.
 *
 * Switches, beside the sizes below:
 *   YUASA, HYBRID_UNCOND, HYBRID_ANYSTACK or DIJKSTRA_COARSE   the barrier
 *   BEFORE_HEAP=1     all stacks are scanned before the first global and the first object
 *   RESCAN=1          stacks are scanned again at the end of marking, with the world stopped
 *   NOLOCK            no stack has a lock: it is scanned slot by slot, whatever its mutator does meanwhile
 *   RESCAN_LOCKS      that rescan takes the stacks' locks, and the world is stopped as soon as no mutator is inside a barrier
 *   SPLIT_PICK        a mutator picks the pointer in one step, and where to store it in the next
 *   PLANT_NO_OLD, PLANT_NO_NEW   faults: the barrier shades no overwritten value, or no stored one
 */

#ifndef MUTATORS
#define MUTATORS 1
#endif
#ifndef OBJECTS
#define OBJECTS 1
#endif
#ifndef WRITES                          /* of each mutator */
#define WRITES 1
#endif
#ifndef SLOTS                           /* of each object, each stack and each global */
#define SLOTS 2
#endif
#ifndef GLOBALS
#define GLOBALS 1
#endif
#ifndef BEFORE_HEAP
#define BEFORE_HEAP 0
#endif
#ifndef RESCAN
#define RESCAN 0
#endif

#if MUTATORS < 1 || MUTATORS > 4 || OBJECTS < 1 || OBJECTS > 4 || SLOTS < 1 || SLOTS > 4 || GLOBALS < 0 || GLOBALS > 2
#error "1 to 4 mutators, objects and slots, and up to 2 globals"
#endif
#if defined(RESCAN_LOCKS) && (defined(NOLOCK) || !RESCAN)
#error "RESCAN_LOCKS needs locks, and a rescan"
#endif

/* Where slots are: those of objects, then of stacks, then of globals. */
#define STACK(i)     ((OBJECTS + (i)) * SLOTS)
#define GLOBAL(i)    ((OBJECTS + MUTATORS + (i)) * SLOTS)
#define ALL_SLOTS    GLOBAL(GLOBALS)
#define IS_STACK(s)  ((s) >= STACK(0) && (s) < STACK(MUTATORS))

#define BIT(i)       (1 << (i))
#define ALL_STACKS   (BIT(MUTATORS) - 1)

byte slots[ALL_SLOTS];
byte marked;                            /* objects, BIT(p) each, as are the next */
byte grey;                              /* marked, and neither scanned nor in hand */
byte scanned;                           /* stacks, BIT(i) each */
byte locked;                            /* stacks: their mutators are busy with a store */
byte left[MUTATORS];                    /* stores not begun */
byte hand;                              /* the object that is being scanned, or 0 */
byte next;                              /* its next slot */
byte globals;                           /* slots of globals that are scanned */
byte reach;                             /* what a mutator that begins a store can reach; nothing in between */
bool over;                              /* marking has ended: the flag of the barrier is off, the world is stopped */
#ifdef RESCAN_LOCKS
byte inside;                            /* mutators inside a barrier */
#define ENTER  inside = inside | BIT(me)
#define LEAVE  inside = inside & ~BIT(me)
#else
#define ENTER  skip
#define LEAVE  skip
#endif

/* What a step computes on its way is no part of a state. */
hidden byte i, j, object, old_reach;
hidden byte found;

#define SHADE(p) \
    if \
    :: (p) != 0 && !(marked & BIT(p)) -> marked = marked | BIT(p); grey = grey | BIT(p) \
    :: else \
    fi

/* Adds to a set of objects the targets of n slots. */
#define ADD(set, from, n) \
    j = 0; \
    do \
    :: j < (n) -> set = set | BIT(slots[(from) + j]); j++ \
    :: else -> break \
    od

/* Adds to a set all that it reaches. Bit 0, which nil sets, stays for who asks to take out. */
inline close(set) {
    do
    :: old_reach = set;
       object = 1;
       do
       :: object <= OBJECTS ->
          if
          :: set & BIT(object) -> ADD(set, (object - 1) * SLOTS, SLOTS)
          :: else
          fi;
          object++
       :: else -> break
       od;
       if
       :: set == old_reach -> break
       :: else
       fi
    od
}

/* Shades what a stack holds. */
inline scan_stack(stack) {
    i = 0;
    do
    :: i < SLOTS -> SHADE(slots[STACK(stack) + i]); i++
    :: else -> break
    od
}

/* Marks from all that is grey. */
inline drain() {
    do
    :: grey != 0 ->
       object = 1;
       do
       :: !(grey & BIT(object)) -> object++
       :: else -> break
       od;
       grey = grey & ~BIT(object);
       i = 0;
       do
       :: i < SLOTS -> SHADE(slots[(object - 1) * SLOTS + i]); i++
       :: else -> break
       od
    :: else -> break
    od
}

/* Everything that can be found is marked. No store is under way. */
inline judge() {
    found = 0;
    ADD(found, STACK(0), (MUTATORS + GLOBALS) * SLOTS);
    close(found);
    assert((found & ~BIT(0) & ~marked) == 0)
}

/* What comes afterwards is of no interest: all ends are one state. */
inline forget() {
    i = 0;
    do
    :: i < ALL_SLOTS -> slots[i] = 0; i++
    :: else -> break
    od;
    i = 0;
    do
    :: i < MUTATORS -> left[i] = 0; i++
    :: else -> break
    od;
    marked = 0; grey = 0; scanned = 0; globals = 0
}

/* ---- mutators --------------------------------------------------------------------------------------------------------- */

#ifdef PLANT_NO_OLD
#define SHADE_OLD
#else
#define SHADE_OLD  ; d_step { SHADE(old) }
#endif
#ifdef PLANT_NO_NEW
#define SHADE_NEW
#define TEST
#else
#define SHADE_NEW  ; d_step { SHADE(value) }
#define TEST \
    ; if \
    :: d_step { scanned != ALL_STACKS -> told = 1 } SHADE_NEW \
    :: scanned == ALL_STACKS \
    fi
#endif
#define FLAG       d_step { !IS_STACK(slot) && !over -> ENTER }
#define LOAD_OLD   ; old = slots[slot]
#define STORE      slots[slot] = value; value = 0; slot = 0; old = 0; told = 0; LEAVE; locked = locked & ~BIT(me)

#if defined(YUASA)
#define BARRIER    FLAG LOAD_OLD SHADE_OLD
#elif defined(HYBRID_UNCOND)
#define BARRIER    FLAG LOAD_OLD SHADE_OLD SHADE_NEW
#elif defined(HYBRID_ANYSTACK)
#define BARRIER    FLAG LOAD_OLD SHADE_OLD TEST
#elif defined(DIJKSTRA_COARSE)
#define BARRIER    FLAG SHADE_NEW
#else
#error "which barrier?"
#endif

#define REACH      d_step { ADD(reach, STACK(me), SLOTS); ADD(reach, GLOBAL(0), GLOBALS * SLOTS); close(reach) }
#ifdef SPLIT_PICK
#define PICKED     reach = 0 }; atomic { !over -> REACH;
#else
#define PICKED
#endif

proctype mutator(byte me) {
    byte value, slot, old;
    bit told;                           /* that some stack was grey */

end_idle:
    do
    :: atomic {
        left[me] != 0 && !over ->
        left[me]--;
        locked = locked | BIT(me);
        REACH;
        if                              /* what: nil, or anything it can reach */
        :: value = 0
        :: reach & BIT(1) -> value = 1
        :: reach & BIT(2) -> value = 2
        :: reach & BIT(3) -> value = 3
        :: reach & BIT(4) -> value = 4
        fi;
        PICKED
        if                              /* where to: its stack, a global, or anything it can reach */
        :: slot = STACK(me)
        :: GLOBALS > 0 -> slot = GLOBAL(0)
        :: GLOBALS > 1 -> slot = GLOBAL(1)
        :: reach & BIT(1) -> slot = 0
        :: reach & BIT(2) -> slot = SLOTS
        :: reach & BIT(3) -> slot = SLOTS * 2
        :: reach & BIT(4) -> slot = SLOTS * 3
        fi;
        if
        :: skip
        :: SLOTS > 1 -> slot = slot + 1
        :: SLOTS > 2 -> slot = slot + 2
        :: SLOTS > 3 -> slot = slot + 3
        fi;
        reach = 0
    };
    if
    :: d_step { IS_STACK(slot) && !over -> STORE }      /* a stack has no barrier */
    :: BARRIER;
       d_step { STORE }
    fi
    od
}

/* ---- the collector ---------------------------------------------------------------------------------------------------- */

#define HEAP_OPEN  (!BEFORE_HEAP || scanned == ALL_STACKS)
#define PICK(p)    d_step { hand == 0 && HEAP_OPEN && (grey & BIT(p)) -> grey = grey & ~BIT(p); hand = p }
#define WHITE(i)   (hand == 0 && i < MUTATORS && !(scanned & BIT(i)))
#ifdef NOLOCK
/* Stacks are scanned like objects: the hand's numbers go on from theirs. */
#define SCAN(i)    d_step { WHITE(i) -> hand = OBJECTS + 1 + i }
#else
#define SCAN(i)    d_step { WHITE(i) && !(locked & BIT(i)) -> scan_stack(i); scanned = scanned | BIT(i) }
#endif
#define RESCAN_OF(i)  scan_stack(i); drain()

#define MARKED_ALL (hand == 0 && scanned == ALL_STACKS && globals == GLOBALS * SLOTS && grey == 0)

active proctype collector() {
    byte n;

    atomic {
        do
        :: n < ALL_SLOTS ->
           if
           :: slots[n] = 0
           :: slots[n] = 1
           :: OBJECTS > 1 -> slots[n] = 2
           :: OBJECTS > 2 -> slots[n] = 3
           :: OBJECTS > 3 -> slots[n] = 4
           fi;
           n++
        :: n == ALL_SLOTS -> break
        od;
        n = 0;
        do
        :: n < MUTATORS -> left[n] = WRITES; run mutator(n); n++
        :: n == MUTATORS -> break
        od;
        n = 0
    };

    do
    :: d_step { hand != 0 && next < SLOTS -> SHADE(slots[(hand - 1) * SLOTS + next]); next++ }
    :: d_step {
        hand != 0 && next == SLOTS ->
#ifdef NOLOCK
        if
        :: hand > OBJECTS -> scanned = scanned | BIT(hand - OBJECTS - 1)
        :: else
        fi;
#endif
        hand = 0; next = 0
       }
    :: SCAN(0)
#if MUTATORS > 1
    :: SCAN(1)
#endif
#if MUTATORS > 2
    :: SCAN(2)
#endif
#if MUTATORS > 3
    :: SCAN(3)
#endif
    :: d_step {
        hand == 0 && HEAP_OPEN && globals < GLOBALS * SLOTS ->
        SHADE(slots[GLOBAL(0) + globals]);
        globals++
       }
    :: PICK(1)
    :: PICK(2)
    :: PICK(3)
    :: PICK(4)
#ifdef RESCAN_LOCKS
    :: d_step { MARKED_ALL && inside == 0 -> over = true };
       break
    od;
    /* The world is stopped. */
    do
    :: n < MUTATORS -> d_step { !(locked & BIT(n)) -> RESCAN_OF(n); n++ }
    :: d_step { n == MUTATORS -> judge(); forget(); n = 0 };
       break
    od;
#else
    /* Stores under way are waited for, and the rest happens with the world stopped: one step. */
    :: d_step {
        MARKED_ALL && locked == 0 ->
#if RESCAN
        RESCAN_OF(0);
#if MUTATORS > 1
        RESCAN_OF(1);
#endif
#if MUTATORS > 2
        RESCAN_OF(2);
#endif
#if MUTATORS > 3
        RESCAN_OF(3);
#endif
#endif
        judge();
        forget();
        over = true
       };
       break
    od;
#endif
end_over:
    false
}
