/* A stand-in for Windows' bcryptprimitives.dll, for programs under Wine 8 only. It mends two things that Rust's programs need.

   1. Rust's standard library takes its random numbers from ProcessPrng in bcryptprimitives.dll, which Wine 8 does not have.

   2. Wine 8 keeps its own exception handlers in a list that begins in the thread's TEB, and orders them by the address of the stack frame they
      lie in. loom runs its threads on coroutine stacks, which are elsewhere in memory, so for a panic there Wine first asks the outermost handler
      of the real thread, and the process ends. 64-bit Windows has no such list. So the list is emptied when a panic begins to unwind: GCC, and
      therefore Rust, raises exception codes of the form 0x20474343 ("GCC", with flags in the high bits). */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom, in advapi32 */

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    return SystemFunction036(buffer, (ULONG)length);
}

static LONG CALLBACK before_unwinding(EXCEPTION_POINTERS *raised)
{
    if ((raised->ExceptionRecord->ExceptionCode & 0x00ffffff) == 0x00474343)
        ((NT_TIB *)NtCurrentTeb())->ExceptionList = (void *)~(ULONG_PTR)0; /* the end of the list */
    return EXCEPTION_CONTINUE_SEARCH;
}

BOOL WINAPI DllMain(HINSTANCE dll, DWORD reason, void *reserved)
{
    (void)dll, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        AddVectoredExceptionHandler(1, before_unwinding);
    return TRUE;
}
