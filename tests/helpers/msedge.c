/* Stands for the browser of Windows: notes in C:\shown.txt what it is to show, and stays open. */
#include <stdio.h>
#include <windows.h>

int main(int count, char **words)
{
    FILE *shown = fopen("C:\\shown.txt", "a");
    fprintf(shown, "%s\n", count > 1 ? words[1] : "");
    fclose(shown);
    Sleep(INFINITE);
    return 0;
}
